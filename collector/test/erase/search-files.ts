import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, zstdDecompressSync } from 'node:zlib';

const ZSTD_FRAME = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

const framesIn = (bytes: Buffer): Buffer[] => {
  const frames: Buffer[] = [];
  for (let at = bytes.indexOf(ZSTD_FRAME); at >= 0; at = bytes.indexOf(ZSTD_FRAME, at + 1)) {
    try {
      // What follows a frame is no part of it.
      frames.push(zstdDecompressSync(bytes.subarray(at), { finishFlush: constants.ZSTD_e_flush }));
    } catch {
      // It only looked like the beginning of one.
    }
  }
  return frames;
};

const filesIn = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** The text as such, and where it is hex also the bytes that it stands for. */
const formsOf = (marker: string): (string | Buffer)[] =>
  /^(?:[0-9a-f]{2}){8,}$/.test(marker) ? [marker, marker.toUpperCase(), Buffer.from(marker, 'hex')] : [marker];

/** Null: a running collector has removed it since it was listed. */
const readUnlessGone = (path: string): Buffer | null => {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null;
    throw error;
  }
};

/** Which markers are in some file of the directory, as bytes or in what is compressed there, and in which. */
export const searchFiles = (directory: string, markers: readonly string[]): Readonly<Record<string, string[]>> => {
  const found: Record<string, string[]> = {};
  for (const path of filesIn(directory)) {
    const bytes = readUnlessGone(path);
    if (bytes === null) continue;
    const texts = [bytes, ...framesIn(bytes)];
    for (const marker of markers)
      if (texts.some((text) => formsOf(marker).some((form) => text.includes(form))))
        found[marker] = [...(found[marker] ?? []), path.slice(directory.length + 1)];
  }
  return found;
};
