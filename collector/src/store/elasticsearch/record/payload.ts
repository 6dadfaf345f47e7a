import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

import type { Fragment, FragmentKind } from 'noveum-proto';

/**
 * A trace's fragments as one block of bytes: its length unpacked (u32 little endian), then zstd of a line of JSON, a
 * `FragmentHead` for each, and of their payloads, one after the other.
 */
const LENGTH_BYTES = 4;
const LINE_END = 10;

type FragmentHead = readonly [
  kind: FragmentKind,
  payloadBytes: number,
  receivedAtMillis: number,
  keyEnvironment: string | null,
];

const LEVEL_1 = {
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_hashLog]: 15 },
};

const headOf = ({ keyEnvironment, kind, payload, receivedAtMillis }: Fragment): FragmentHead => [
  kind,
  payload.length,
  receivedAtMillis,
  keyEnvironment,
];

export const encodeFragments = (fragments: readonly Fragment[]): Buffer => {
  const heads = Buffer.from(`${JSON.stringify(fragments.map(headOf))}\n`);
  const raw = Buffer.concat([heads, ...fragments.map(({ payload }) => payload)]);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(raw.length);
  return Buffer.concat([length, zstdCompressSync(raw, { ...LEVEL_1, chunkSize: Math.max(64, raw.length) })]);
};

/** How many bytes the fragments take once they are unpacked. */
export const unpackedBytes = (block: Buffer): number => block.readUInt32LE(0);

export const decodeFragments = (block: Buffer, project: string): Fragment[] => {
  const length = unpackedBytes(block);
  const raw = zstdDecompressSync(block.subarray(LENGTH_BYTES), {
    maxOutputLength: Math.max(1, length),
    chunkSize: Math.max(64, length),
  });
  const headsEnd = raw.indexOf(LINE_END);
  const heads = JSON.parse(raw.toString('utf8', 0, headsEnd)) as FragmentHead[];
  let at = headsEnd + 1;
  return heads.map(([kind, payloadBytes, receivedAtMillis, keyEnvironment]) => {
    const payload = raw.subarray(at, at + payloadBytes);
    at += payloadBytes;
    return { kind, payload, project, keyEnvironment, receivedAtMillis };
  });
};
