import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { createDiskFiles } from '../../../files/index.js';
import {
  maintainAll,
  type OpenTextIndex,
  TEXT_DAY,
  textEntry,
  textIndexContract,
  textQuery,
} from '../../contract/index.js';
import {
  COPIED_POSITION,
  type EmbeddedTextWriter,
  openTextReader,
  openTextWriter,
  type TextWriterOptions,
} from './index.js';

const files = createDiskFiles();

const openWriter = (directory: string, options: Partial<TextWriterOptions> = {}): Promise<EmbeddedTextWriter> =>
  openTextWriter({ files, directory, nowMillis: () => 0, ...options });

const openIn = async (directory: string): Promise<OpenTextIndex> => {
  const writer = await openWriter(directory);
  const reader = openTextReader({ files, directory });
  const close = (): void => {
    reader.close();
    writer.close();
  };
  return {
    writer,
    reader,
    async reopen() {
      close();
      return openIn(directory);
    },
    async destroy() {
      close();
      await rm(directory, { recursive: true });
    },
  };
};

textIndexContract('the embedded text index', async () => openIn(await mkdtemp(join(tmpdir(), 'noveum-text-'))));

const withDirectory = async (run: (directory: string) => Promise<void>): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'noveum-text-'));
  try {
    await run(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
};

const holders = async (directory: string, bytes: Buffer): Promise<string[]> => {
  const holding: string[] = [];
  for (const name of await readdir(directory))
    if ((await readFile(join(directory, name))).includes(bytes)) holding.push(name);
  return holding;
};

const keysFound = async (directory: string, text: string): Promise<string[]> => {
  const reader = openTextReader({ files, directory });
  const keys: string[] = [];
  for await (const { traceKey } of reader.candidates({ project: null, query: textQuery(text) })) keys.push(traceKey);
  reader.close();
  return keys;
};

test('what was removed is in no byte of any file after upkeep, whatever was merged before', () =>
  withDirectory(async (directory) => {
    const writer = await openWriter(directory);
    const filler = (at: number): string =>
      Array.from({ length: 200 }, (_, word) => `word${String((at * 7919 + word * 104_729) % 3001)}`).join(' ');
    const secretKey = textEntry(0xfeedfacecafe, 0, []).traceKey;
    for (let batch = 1; batch <= 20; batch++) {
      const entries = Array.from({ length: 40 }, (_, at) => textEntry(batch * 100 + at, batch, [filler(batch + at)]));
      const secret = textEntry(0xfeedfacecafe, 3, ['the qzxjkvwpqh and the жщцхфъю', filler(batch)]);
      writer.add(batch === 3 || batch === 15 ? [...entries, secret] : entries, BigInt(batch));
      writer.commit();
      if (batch % 9 === 0) maintainAll(writer);
    }
    const traces = [
      Buffer.from('xjkvwpqh'),
      Buffer.from('щцхфъю', 'utf16le'),
      Buffer.from(secretKey, 'hex'),
      Buffer.from('feedfacecafe'),
    ];
    expect(await keysFound(directory, 'qzxjkvwpqh')).toEqual([secretKey]);
    const heldBefore = await Promise.all(traces.map((bytes) => holders(directory, bytes)));
    expect(heldBefore.map(({ length }) => length > 0)).toEqual([true, true, true, false]);

    writer.remove([textEntry(0xfeedfacecafe, 3, [])]);
    expect(await keysFound(directory, 'qzxjkvwpqh')).toEqual([]);
    expect(writer.counts().unpurgedTraces).toBe(1);
    maintainAll(writer);
    expect(writer.counts().unpurgedTraces).toBe(0);
    for (const bytes of traces) expect(await holders(directory, bytes)).toEqual([]);
    expect(await keysFound(directory, 'word5*')).not.toEqual([]);
    writer.close();
    for (const bytes of traces) expect(await holders(directory, bytes)).toEqual([]);
  }));

test('a merge that a crash cut off leaves nothing doubled and nothing missing', () =>
  withDirectory(async (directory) => {
    const writer = await openWriter(directory);
    for (let batch = 1; batch <= 8; batch++) {
      writer.add([textEntry(batch, batch, ['word', `only${String(batch)}`])], BigInt(batch));
      writer.commit();
    }
    expect(writer.maintain(0)).toBe(true);
    const other = await openWriter(directory);
    expect(await keysFound(directory, 'word')).toHaveLength(8);
    maintainAll(other);
    expect(await keysFound(directory, 'word')).toHaveLength(8);
    expect(await keysFound(directory, 'only3')).toEqual([textEntry(3, 0, []).traceKey]);
    other.close();
  }));

test('of a trace with very much text the first is indexed, and the rest counted', () =>
  withDirectory(async (directory) => {
    const writer = await openWriter(directory, { maxTraceUnits: 20 });
    writer.add([textEntry(1, 1, ['first words', 'second words are cut', 'third'])], 1n);
    writer.commit();
    writer.add([textEntry(1, 1, ['fourth'])], 2n);
    writer.commit();
    expect(await keysFound(directory, 'second')).toHaveLength(1);
    expect(await keysFound(directory, 'third')).toEqual([]);
    expect(await keysFound(directory, 'fourth')).toEqual([]);
    expect(writer.counts().cutTraces).toBe(2);
    writer.close();
  }));

test('a dropped day is gone, and can come again', () =>
  withDirectory(async (directory) => {
    const writer = await openWriter(directory);
    writer.add([textEntry(1, 1, ['word'])], 1n);
    writer.commit();
    await writer.drop(TEXT_DAY);
    expect((await readdir(directory)).filter((name) => !name.startsWith('text-position'))).toEqual([]);
    expect(await keysFound(directory, 'word')).toEqual([]);
    writer.add([textEntry(2, 1, ['word'])], 2n);
    writer.commit();
    expect(await keysFound(directory, 'word')).toHaveLength(1);
    writer.close();
  }));

test('a reader that stands open sees what is committed, merged and dropped after it was opened', () =>
  withDirectory(async (directory) => {
    const reader = openTextReader({ files, directory });
    const count = (): Promise<number> => reader.count({ project: 'p', query: textQuery('word') }, 1000);
    expect(await count()).toBe(0);
    const writer = await openWriter(directory);
    for (let batch = 1; batch <= 17; batch++) {
      writer.add([textEntry(batch, batch, ['word'])], BigInt(batch));
      writer.commit();
      expect(await count()).toBe(batch);
      if (batch % 8 === 0) maintainAll(writer);
    }
    expect(await count()).toBe(17);
    await writer.drop(TEXT_DAY);
    expect(await count()).toBe(0);
    writer.add([textEntry(1, 1, ['word']), textEntry(2, 1, ['word'])], 20n);
    writer.commit();
    expect(await count()).toBe(2);
    reader.close();
    writer.close();
  }));

test('many distinct terms, more than are held in memory at once, are all found', () =>
  withDirectory(async (directory) => {
    const writer = await openWriter(directory, { maxTraceUnits: 10_000_000 });
    const tail = 'x'.repeat(55);
    for (let batch = 1; batch <= 5; batch++) {
      const words = Array.from({ length: 30_000 }, (_, at) => `u${String(batch)}x${String(at)}${tail}`);
      writer.add([textEntry(batch, batch, [words.join(' ')])], BigInt(batch));
      writer.commit();
    }
    for (const word of ['u1x0', 'u1x29999', 'u4x21415', 'u5x29998'])
      expect(await keysFound(directory, `${word}${tail}`)).toHaveLength(1);
    expect(await keysFound(directory, 'u3x123*')).toEqual([textEntry(3, 0, []).traceKey]);
    writer.close();
  }));

test('a day that is over is put together, and answers as before', () =>
  withDirectory(async (directory) => {
    const HOUR = 3_600_000;
    const writer = await openWriter(directory);
    for (let batch = 1; batch <= 5; batch++) {
      writer.add([textEntry(batch, batch, ['word', `only${String(batch)}`])], BigInt(batch));
      writer.commit();
    }
    expect(writer.maintain(0)).toBe(false);
    expect(writer.maintain(HOUR - 1)).toBe(false);
    expect(writer.maintain(HOUR)).toBe(true);
    while (writer.maintain(HOUR));
    expect(writer.maintain(9 * HOUR)).toBe(false);
    expect(await keysFound(directory, 'word')).toHaveLength(5);
    expect(await keysFound(directory, 'only4')).toHaveLength(1);
    writer.close();
  }));

test('where the position was lost all may come again, and changes nothing', () =>
  withDirectory(async (directory) => {
    const fill = (writer: EmbeddedTextWriter, from: number): void => {
      for (let position = from; position <= 3; position++) {
        writer.add([textEntry(1, 1, ['word', `only${String(position)}`])], BigInt(position));
        writer.commit();
      }
    };
    const writer = await openWriter(directory);
    fill(writer, 1);
    writer.close();
    for (const name of await readdir(directory)) if (name.startsWith('text-position')) await rm(join(directory, name));
    const again = await openWriter(directory);
    expect(again.position()).toBeNull();
    fill(again, 1);
    expect(again.position()).toBe(3n);
    expect(again.counts().cutTraces).toBe(0);
    for (const word of ['word', 'only1', 'only3']) expect(await keysFound(directory, word)).toHaveLength(1);
    again.close();
  }));

test('made by other rules, it is to be made anew, and finds what it has till then', () =>
  withDirectory(async (directory) => {
    const writer = await openWriter(directory);
    writer.add([{ ...textEntry(1, 1, ['word']), rank: 1 }], 7n);
    writer.receivedTo(5);
    writer.close();
    const file = new DatabaseSync(join(directory, 'text-position.db'));
    file.exec("UPDATE reached SET rules = 'others'");
    file.close();
    const indexed = async () => {
      const reader = openTextReader({ files, directory });
      const { ranks, receivedAtMillis } = await reader.indexed();
      reader.close();
      return { ranks: [...ranks], receivedAtMillis };
    };
    const asBefore = { ranks: [[TEXT_DAY, 1]], receivedAtMillis: 5 };
    for (let opened = 0; opened < 2; opened++) {
      const again = await openWriter(directory);
      expect(again.position()).toBeNull();
      expect(again.isOutdated()).toBe(true);
      again.restart(true);
      expect(await keysFound(directory, 'word')).toHaveLength(1);
      expect(await indexed()).toEqual(asBefore);
      again.close();
    }
    const anew = await openWriter(directory);
    anew.refill([{ ...textEntry(1, 1, ['word', 'more']), rank: 1 }]);
    anew.settle(8n);
    expect(anew.position()).toBe(8n);
    expect(anew.isOutdated()).toBe(false);
    for (const word of ['word', 'more']) expect(await keysFound(directory, word)).toHaveLength(1);
    anew.close();
  }));

test('a copy answers as the index did, and goes on with whatever source comes', () =>
  withDirectory((directory) =>
    withDirectory(async (target) => {
      const writer = await openWriter(directory);
      writer.add([textEntry(1, 1, ['word']), { ...textEntry(2, 2, ['word']), day: TEXT_DAY + 1 }], 7n);
      await writer.backup(target);
      writer.add([textEntry(3, 3, ['word'])], 8n);
      writer.close();
      const copy = await openWriter(target);
      expect(copy.position()).toBe(COPIED_POSITION);
      expect(await keysFound(target, 'word')).toHaveLength(2);
      copy.add([textEntry(3, 3, ['word'])], 8n);
      copy.commit();
      expect(await keysFound(target, 'word')).toHaveLength(3);
      copy.close();
    }),
  ));
