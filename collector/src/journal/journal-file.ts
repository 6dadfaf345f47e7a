import { crc32 } from 'node:zlib';

import type { ReadableFile } from '../files/index.js';
import { RECORD_HEAD_BYTES } from './record-codec.js';

/** A file begins, little endian, with: magic "NVJL", version u16, reserved u16, file number u32, CRC-32 of the twelve bytes u32. */
export const FILE_HEADER_BYTES = 16;
const MAGIC = 0x4c4a564e;
const VERSION = 1;
/** Longer than any record that the limits let in; a length beyond it is damage. */
export const MAX_RECORD_BYTES = 512 * 1024 * 1024;

export const fileName = (file: number): string => `${String(file).padStart(8, '0')}.journal`;

export const fileNumberOf = (name: string): number | null => {
  const match = /^(\d{8,})\.journal$/.exec(name);
  return match === null ? null : Number(match[1]);
};

export const encodeFileHeader = (file: number): Buffer => {
  const header = Buffer.alloc(FILE_HEADER_BYTES);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt32LE(file, 8);
  header.writeUInt32LE(crc32(header.subarray(0, 12)), 12);
  return header;
};

export class UnknownJournalVersion extends Error {}

/** False where the header was never written whole. Throws where another version wrote it. */
export const isFileHeader = (header: Buffer): boolean => {
  if (header.length < FILE_HEADER_BYTES || header.readUInt32LE(0) !== MAGIC) return false;
  if (crc32(header.subarray(0, 12)) !== header.readUInt32LE(12)) return false;
  const version = header.readUInt16LE(4);
  if (version !== VERSION)
    throw new UnknownJournalVersion(
      `the journal has version ${String(version)}; this collector reads ${String(VERSION)}`,
    );
  return true;
};

const SCAN_BYTES = 4 * 1024 * 1024;

export interface ScannedFile {
  /** Up to here there are whole records. */
  readonly end: number;
  /** Records in between whose checksum does not fit. */
  readonly corrupt: number;
  readonly hasHeader: boolean;
}

/**
 * Finds the end of the last whole record. A record with a wrong checksum ends the file, unless a whole one follows
 * it: a torn write has nothing good behind it.
 */
export const scanFile = async (file: ReadableFile): Promise<ScannedFile> => {
  const size = await file.size();
  const header = Buffer.alloc(FILE_HEADER_BYTES);
  await file.read(header, 0);
  if (!isFileHeader(header)) return { end: FILE_HEADER_BYTES, corrupt: 0, hasHeader: false };
  let at = FILE_HEADER_BYTES;
  let end = at;
  let corrupt = 0;
  let suspects = 0;
  const head = Buffer.alloc(RECORD_HEAD_BYTES);
  while (at + RECORD_HEAD_BYTES <= size) {
    await file.read(head, at);
    const length = head.readUInt32LE(0);
    if (length === 0 || length > MAX_RECORD_BYTES || at + RECORD_HEAD_BYTES + length > size) break;
    const good = (await crcOf(file, at + RECORD_HEAD_BYTES, length)) === head.readUInt32LE(4);
    at += RECORD_HEAD_BYTES + length;
    if (!good) suspects++;
    else {
      corrupt += suspects;
      suspects = 0;
      end = at;
    }
  }
  return { end, corrupt, hasHeader: true };
};

const crcOf = async (file: ReadableFile, start: number, length: number): Promise<number> => {
  let crc = 0;
  for (let done = 0; done < length; ) {
    const part = Buffer.allocUnsafe(Math.min(SCAN_BYTES, length - done));
    await file.read(part, start + done);
    crc = crc32(part, crc);
    done += part.length;
  }
  return crc;
};
