import fc from 'fast-check';
import { matchTexts, parseTextQuery, type TextQuery } from 'noveum-proto';

import { searchTexts } from './search-texts.js';
import type { TextCandidate, TextEntry, TextIndexReader, TextIndexWriter, TextSearch } from '../text-index.js';

export interface OpenTextIndex {
  readonly writer: TextIndexWriter;
  readonly reader: TextIndexReader;
  /** Closes and opens the same data again; missing where nothing outlives the process. */
  readonly reopen?: () => Promise<OpenTextIndex>;
  destroy(): Promise<void>;
}

export const TEXT_DAY = 20_778;
const DAY_NANOS = 86_400_000_000_000n;
const NOON = BigInt(TEXT_DAY) * DAY_NANOS + DAY_NANOS / 2n;

export const textQuery = (text: string): TextQuery => {
  const outcome = parseTextQuery(text);
  if (outcome.status !== 'parsed') throw new Error(outcome.issue);
  return outcome.query;
};

const keyOf = (number: number): string => number.toString(16).padStart(32, '0');

/** A trace of the day that begins `second` seconds after noon; its number is its key. */
export const textEntry = (number: number, second: number, texts: readonly string[], project = 'p'): TextEntry => ({
  project,
  traceKey: keyOf(number),
  day: TEXT_DAY,
  startUnixNano: NOON + BigInt(second) * 1_000_000_000n,
  texts: texts.map((text) => ({ text })),
});

const searchFor = (text: string, rest: Partial<TextSearch> = {}): TextSearch => ({
  project: 'p',
  query: textQuery(text),
  ...rest,
});

/** Numbers of the traces that are found, in order. */
const found = async (index: OpenTextIndex, search: TextSearch): Promise<number[]> => {
  const numbers: number[] = [];
  for await (const { traceKey } of index.reader.candidates(search)) numbers.push(Number.parseInt(traceKey, 16));
  return numbers;
};

/** Every step of upkeep that is due now or later. */
export const maintainAll = (writer: TextIndexWriter): void => {
  for (let steps = 0; writer.maintain(Number.MAX_SAFE_INTEGER); steps++)
    if (steps > 100_000) throw new Error('upkeep never ends');
};

/** What every text index must do. */
export const textIndexContract = (name: string, factory: () => Promise<OpenTextIndex>): void => {
  describe(name, () => {
    let index: OpenTextIndex;
    beforeEach(async () => {
      index = await factory();
    });
    afterEach(() => index.destroy());

    const add = (position: number, ...entries: TextEntry[]): void => {
      index.writer.add(entries, BigInt(position));
      index.writer.commit();
    };

    test('finds nothing where nothing is', async () => {
      expect(await found(index, searchFor('weather'))).toEqual([]);
      expect(await index.reader.count(searchFor('weather'), 10)).toBe(0);
      expect(index.writer.position()).toBeNull();
    });

    test('finds by word, prefix, identifier, characters, all of several, and without what is left out', async () => {
      add(1, textEntry(1, 1, ['The weather in Paris', 'get_weather']), textEntry(2, 2, ['Weak tea', '今天天气']));
      expect(await found(index, searchFor('weather'))).toEqual([1]);
      expect(await found(index, searchFor('wea*'))).toEqual([2, 1]);
      expect(await found(index, searchFor('get_weather'))).toEqual([1]);
      expect(await found(index, searchFor('天气'))).toEqual([2]);
      expect(await found(index, searchFor('天'))).toEqual([2]);
      expect(await found(index, searchFor('tea weak'))).toEqual([2]);
      expect(await found(index, searchFor('tea paris'))).toEqual([]);
      expect(await found(index, searchFor('wea* -paris'))).toEqual([2]);
      expect(await found(index, searchFor('zzz*'))).toEqual([]);
    });

    test('shows what was added once it is committed', async () => {
      index.writer.add([textEntry(1, 1, ['weather'])], 1n);
      expect(index.writer.position()).toBeNull();
      index.writer.commit();
      expect(index.writer.position()).toBe(1n);
      expect(await found(index, searchFor('weather'))).toEqual([1]);
    });

    test('joins texts of one trace that come at different times', async () => {
      add(1, textEntry(1, 5, ['weather']));
      add(2, textEntry(1, 5, ['paris']));
      expect(await found(index, searchFor('weather paris'))).toEqual([1]);
      expect(await found(index, searchFor('weather -paris'))).toEqual([]);
      expect(await index.reader.count(searchFor('weather'), 10)).toBe(1);
    });

    test('gives the newest first, by the earliest start that it heard of, then by key', async () => {
      add(1, textEntry(1, 10, ['a1 word']), textEntry(3, 30, ['word']), textEntry(2, 20, ['word']));
      add(2, textEntry(5, 20, ['word']), textEntry(4, 20, ['word']), textEntry(3, 5, ['late']));
      add(3, textEntry(1, 40, ['later start is no start']));
      expect(await found(index, searchFor('word'))).toEqual([2, 4, 5, 1, 3]);
    });

    test('keeps projects apart, the same key in two of them too', async () => {
      add(1, textEntry(1, 1, ['word'], 'p'), textEntry(1, 1, ['word other'], 'q'), textEntry(2, 2, ['word'], 'q'));
      expect(await found(index, searchFor('word'))).toEqual([1]);
      expect(await found(index, searchFor('other'))).toEqual([]);
      expect(await found(index, searchFor('word', { project: 'q' }))).toEqual([2, 1]);
      expect(await found(index, searchFor('word', { project: null }))).toEqual([2, 1, 1]);
      expect(await found(index, searchFor('word', { project: 'unknown' }))).toEqual([]);
    });

    test('keeps to the time range, and finds over days', async () => {
      const before: TextEntry = { ...textEntry(9, -86_400, ['word']), day: TEXT_DAY - 1 };
      add(1, before, textEntry(1, 1, ['word']), textEntry(2, 2, ['word']), textEntry(3, 3, ['word']));
      expect(await found(index, searchFor('word'))).toEqual([3, 2, 1, 9]);
      const from = NOON + 1_000_000_000n;
      const to = NOON + 3_000_000_000n;
      expect(await found(index, searchFor('word', { startUnixNano: from, endUnixNano: to }))).toEqual([2, 1]);
      expect(await found(index, searchFor('word', { endUnixNano: from }))).toEqual([9]);
    });

    test('goes on after a place, without gap or repetition, however long the pages are', async () => {
      const entries = Array.from({ length: 50 }, (_, number) => textEntry(number, Math.floor(number / 7), ['word']));
      add(1, ...entries.slice(0, 20));
      add(2, ...entries.slice(20));
      const all = await found(index, searchFor('word'));
      expect(all).toHaveLength(50);
      for (const limit of [1, 7, 49]) {
        const paged: number[] = [];
        let search = searchFor('word');
        for (;;) {
          const page = await searchTexts(index.reader, search, {
            limit,
            maxChecked: 1000,
            textsOf: () => Promise.resolve([{ field: 'prompt', spanId: null, text: 'a word' }]),
          });
          paged.push(...page.hits.map(({ traceKey }) => Number.parseInt(traceKey, 16)));
          if (page.next === null) break;
          search = { ...search, after: page.next };
        }
        expect(paged).toEqual(all);
      }
    });

    test('counts up to a bound', async () => {
      add(1, ...Array.from({ length: 20 }, (_, number) => textEntry(number, number, ['word'])));
      expect(await index.reader.count(searchFor('word'), 100)).toBe(20);
      expect(await index.reader.count(searchFor('word'), 7)).toBe(7);
    });

    test('passes over what comes again', async () => {
      add(5, textEntry(1, 1, ['word']));
      add(5, textEntry(1, 1, ['word']), textEntry(2, 2, ['word']));
      add(3, textEntry(3, 3, ['word']));
      expect(await found(index, searchFor('word'))).toEqual([1]);
      expect(index.writer.position()).toBe(5n);
    });

    test('gives a removed trace no more, and the others still', async () => {
      add(1, textEntry(1, 1, ['word']), textEntry(2, 2, ['word']));
      index.writer.remove([textEntry(1, 1, []), textEntry(99, 1, []), { ...textEntry(2, 2, []), project: 'q' }]);
      expect(await found(index, searchFor('word'))).toEqual([2]);
      maintainAll(index.writer);
      expect(await found(index, searchFor('word'))).toEqual([2]);
      expect(index.writer.counts().unpurgedTraces).toBe(0);
      add(2, textEntry(1, 1, ['other']));
      expect(await found(index, searchFor('word'))).toEqual([2]);
      expect(await found(index, searchFor('other'))).toEqual([1]);
    });

    test('removes what is not committed yet', async () => {
      index.writer.add([textEntry(1, 1, ['word'])], 1n);
      index.writer.remove([textEntry(1, 1, [])]);
      index.writer.commit();
      expect(await found(index, searchFor('word'))).toEqual([]);
    });

    test('gives every trace that matches, whatever the texts, the batches and the upkeep between', async () => {
      const word = fc.constantFrom('get_weather', 'Weather', 'wea', 'paris', '天气', '天', 'foo@bar.com', 'bar', 'é');
      const text = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
      const batch = fc.array(fc.record({ number: fc.nat(12), texts: fc.array(text, { maxLength: 3 }) }), {
        maxLength: 6,
      });
      const asked = fc.constantFrom('wea*', 'weather', 'get_weather', 'paris -bar', '天气 bar', '"wea paris"', 'e 天');
      await fc.assert(
        fc.asyncProperty(fc.array(batch, { maxLength: 12 }), asked, fc.boolean(), async (batches, ask, upkeep) => {
          await index.destroy();
          index = await factory();
          const texts = new Map<number, string[]>();
          batches.forEach((entries, position) => {
            for (const entry of entries) texts.set(entry.number, [...(texts.get(entry.number) ?? []), ...entry.texts]);
            add(position, ...entries.map((entry) => textEntry(entry.number, entry.number, entry.texts)));
            if (upkeep) maintainAll(index.writer);
          });
          const search = searchFor(ask);
          const hits = await searchTexts(index.reader, search, {
            limit: 100,
            maxChecked: 100,
            textsOf: ({ traceKey }: TextCandidate) =>
              Promise.resolve(
                (texts.get(Number.parseInt(traceKey, 16)) ?? []).map((one) => ({
                  field: 'prompt' as const,
                  spanId: null,
                  text: one,
                })),
              ),
          });
          const expected = [...texts]
            .filter(([, ofTrace]) => matchTexts(ofTrace, search.query) !== null)
            .map(([number]) => number)
            .sort((a, b) => b - a);
          expect(hits.hits.map(({ traceKey }) => Number.parseInt(traceKey, 16))).toEqual(expected);
        }),
        { numRuns: 25 },
      );
    });

    test('is the same after it was closed and opened again', async () => {
      add(1, textEntry(1, 1, ['weather']), textEntry(2, 2, ['weather']));
      index.writer.remove([textEntry(2, 2, [])]);
      index.writer.add([textEntry(3, 3, ['weather'])], 2n);
      if (index.reopen === undefined) return;
      index = await index.reopen();
      expect(index.writer.position()).toBe(2n);
      expect(await found(index, searchFor('weather'))).toEqual([3, 1]);
      add(3, textEntry(1, 1, ['paris']), textEntry(4, 4, ['weather']));
      expect(await found(index, searchFor('weather paris'))).toEqual([1]);
      expect(await found(index, searchFor('weather'))).toEqual([4, 3, 1]);
    });
  });
};
