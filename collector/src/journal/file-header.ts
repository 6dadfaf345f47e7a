import { crc32 } from 'node:zlib';

import type { ReadableFile } from '../files/index.js';
import type { JournalPosition } from './journal.js';

const MAGIC = 0x4c4a564e;
const VERSION = 1;
const COPY_BYTES = 512;
const CHECKED_BYTES = 24;

/** Two copies, each in a sector of its own: without the header no record of the file could be checked. */
export const FILE_HEADER_BYTES = 2 * COPY_BYTES;

/**
 * A file begins, little endian, with: magic "NVJL", version u16, reserved u16, file number u32, salt u32, the file
 * written before u32 and where it ends u32, CRC-32 of these u32; filled with zeros to 512 bytes; all of it twice.
 */
export interface FileHeader {
  readonly file: number;
  /** The checksums of the file's records begin with it, so that a body can't hold what looks like a record. */
  readonly salt: number;
  /** Where the file before ends, whatever lies behind: it may hold what was told failed. File 0: there is none. */
  readonly previous: JournalPosition;
}

export class UnknownJournalVersion extends Error {}

export const fileName = (file: number): string => `${String(file).padStart(8, '0')}.journal`;

export const fileNumberOf = (name: string): number | null => {
  const match = /^(\d{8,})\.journal$/.exec(name);
  return match === null ? null : Number(match[1]);
};

export const encodeFileHeader = ({ file, salt, previous }: FileHeader): Buffer => {
  const copy = Buffer.alloc(COPY_BYTES);
  copy.writeUInt32LE(MAGIC, 0);
  copy.writeUInt16LE(VERSION, 4);
  copy.writeUInt32LE(file, 8);
  copy.writeUInt32LE(salt, 12);
  copy.writeUInt32LE(previous.file, 16);
  copy.writeUInt32LE(previous.offset, 20);
  copy.writeUInt32LE(crc32(copy.subarray(0, CHECKED_BYTES)), CHECKED_BYTES);
  return Buffer.concat([copy, copy]);
};

const decodeCopy = (copy: Buffer): FileHeader | null => {
  if (copy.length < COPY_BYTES || copy.readUInt32LE(0) !== MAGIC) return null;
  if (crc32(copy.subarray(0, CHECKED_BYTES)) !== copy.readUInt32LE(CHECKED_BYTES)) return null;
  const version = copy.readUInt16LE(4);
  if (version !== VERSION)
    throw new UnknownJournalVersion(
      `the journal has version ${String(version)}; this collector reads ${String(VERSION)}`,
    );
  return {
    file: copy.readUInt32LE(8),
    salt: copy.readUInt32LE(12),
    previous: { file: copy.readUInt32LE(16), offset: copy.readUInt32LE(20) },
  };
};

/** Null where it was never written whole, or is damaged beyond its copy. Throws where another version wrote it. */
export const readFileHeader = async (file: ReadableFile): Promise<FileHeader | null> => {
  const bytes = Buffer.alloc(FILE_HEADER_BYTES);
  const header = bytes.subarray(0, await file.read(bytes, 0));
  return decodeCopy(header.subarray(0, COPY_BYTES)) ?? decodeCopy(header.subarray(COPY_BYTES));
};
