import { textEntry, textQuery } from './index.js';
import { createMemoryTextIndex } from '../memory/index.js';
import { searchTexts } from './search-texts.js';
import type { TextCandidate, TextIndexReader, TraceText } from '../text-index.js';

const text = (value: string, field: TraceText['field'] = 'prompt'): TraceText => ({ field, spanId: 'a1', text: value });

const indexOf = (texts: readonly string[]): TextIndexReader => {
  const { writer, reader } = createMemoryTextIndex();
  writer.add(
    texts.map((one, number) => textEntry(number, number, [one])),
    1n,
  );
  writer.commit();
  return reader;
};

const numberOf = ({ traceKey }: { traceKey: string }): number => Number.parseInt(traceKey, 16);

describe('a page of hits', () => {
  const search = { project: 'p', query: textQuery('word') };

  test('shows where and in which field each was found', async () => {
    const page = await searchTexts(indexOf(['a word']), search, {
      limit: 10,
      maxChecked: 10,
      textsOf: () => Promise.resolve([text('a word'), text('nothing', 'name'), text('Word, word', 'response')]),
    });
    expect(page.hits.map(({ matches }) => matches)).toEqual([
      [
        { ...text('a word'), highlights: [{ start: 2, end: 6 }] },
        {
          ...text('Word, word', 'response'),
          highlights: [
            { start: 0, end: 4 },
            { start: 6, end: 10 },
          ],
        },
      ],
    ]);
  });

  test('leaves out traces whose texts no longer answer, that are gone, or that the caller does not want', async () => {
    const reader = indexOf(['word', 'word', 'word', 'word']);
    const textsOf = (candidate: TextCandidate): Promise<readonly TraceText[] | null> =>
      Promise.resolve([[text('word')], [text('changed')], null, [text('word')]][numberOf(candidate)] ?? null);
    const page = await searchTexts(reader, search, { limit: 10, maxChecked: 10, textsOf });
    expect(page.hits.map(numberOf)).toEqual([3, 0]);
    expect(page).toMatchObject({ next: null, isFull: true });
  });

  test('stops where it has looked into enough, and says where to go on', async () => {
    const reader = indexOf(Array.from({ length: 10 }, () => 'word'));
    const textsOf = (candidate: TextCandidate): Promise<readonly TraceText[]> =>
      Promise.resolve(numberOf(candidate) === 2 ? [text('word')] : [text('changed')]);
    const first = await searchTexts(reader, search, { limit: 1, maxChecked: 4, textsOf });
    expect(first).toMatchObject({ hits: [], isFull: false });
    const after = first.next ?? undefined;
    if (after === undefined) throw new Error('there is no place to go on from');
    const second = await searchTexts(reader, { ...search, after }, { limit: 1, maxChecked: 4, textsOf });
    expect(second.hits.map(numberOf)).toEqual([2]);
    expect(second).toMatchObject({ isFull: true });
  });
});
