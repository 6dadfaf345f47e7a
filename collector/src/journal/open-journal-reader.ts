import { crc32 } from 'node:zlib';

import type { Files, ReadableFile } from '../files/index.js';
import type { JournalBatch, JournalPosition, JournalReader, JournalRecord } from './journal.js';
import { FILE_HEADER_BYTES, fileName } from './journal-file.js';
import { decodeRecord, RECORD_HEAD_BYTES } from './record-codec.js';

export interface JournalReaderOptions {
  readonly files: Files;
  readonly directory: string;
}

interface ParsedChunk {
  readonly records: JournalRecord[];
  readonly corrupt: number;
  /** Bytes of whole records, damaged ones included. */
  readonly used: number;
  /** Bytes that the first record needs, where not even that one was whole; 0: it was. */
  readonly needed: number;
}

const parse = (chunk: Buffer): ParsedChunk => {
  const records: JournalRecord[] = [];
  let corrupt = 0;
  let used = 0;
  while (used + RECORD_HEAD_BYTES <= chunk.length) {
    const end = used + RECORD_HEAD_BYTES + chunk.readUInt32LE(used);
    if (end > chunk.length) break;
    const content = chunk.subarray(used + RECORD_HEAD_BYTES, end);
    if (crc32(content) === chunk.readUInt32LE(used + 4)) records.push(decodeRecord(content));
    else corrupt++;
    used = end;
  }
  const needed = used === 0 ? RECORD_HEAD_BYTES + (chunk.length < RECORD_HEAD_BYTES ? 0 : chunk.readUInt32LE(0)) : 0;
  return { records, corrupt, used, needed };
};

/** Opens the read side. The journal may be written at the same time, in another thread. */
export const openJournalReader = ({ files, directory }: JournalReaderOptions): Promise<JournalReader> => {
  let open: { readonly number: number; readonly file: ReadableFile } | null = null;

  const fileOf = async (number: number): Promise<ReadableFile | null> => {
    if (open?.number === number) return open.file;
    await open?.file.close();
    open = null;
    try {
      open = { number, file: await files.openForReading(`${directory}/${fileName(number)}`) };
      return open.file;
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return null;
      throw error;
    }
  };

  const readChunk = async (file: ReadableFile, start: number, length: number): Promise<Buffer> => {
    const chunk = Buffer.allocUnsafeSlow(length);
    return chunk.subarray(0, await file.read(chunk, start));
  };

  const readFrom = async (position: JournalPosition, fileEnd: number, maxBytes: number): Promise<JournalBatch | null> => {
    const file = await fileOf(position.file);
    if (file === null) return null;
    const end = Math.min(fileEnd, await file.size());
    if (position.offset + RECORD_HEAD_BYTES > end) return null;
    const left = end - position.offset;
    let parsed = parse(await readChunk(file, position.offset, Math.min(left, maxBytes)));
    if (parsed.used === 0) parsed = parse(await readChunk(file, position.offset, Math.min(left, parsed.needed)));
    if (parsed.used === 0) return null;
    const { records, corrupt, used } = parsed;
    return { records, corrupt, end: { file: position.file, offset: position.offset + used } };
  };

  return Promise.resolve({
    async read(position, limit, maxBytes) {
      let from = position;
      while (from.file <= limit.file) {
        const batch = await readFrom(from, from.file === limit.file ? limit.offset : Infinity, maxBytes);
        if (batch !== null) return batch;
        from = { file: from.file + 1, offset: FILE_HEADER_BYTES };
      }
      return null;
    },
    async close() {
      await open?.file.close();
      open = null;
    },
  });
};
