import { createHotRows, MOST_ROWS, MOST_SPANS, type PlacedRow } from './hot-rows.js';
import { newTraceRow } from './trace-row.js';

const rowOf = (spans: number): PlacedRow => {
  const row = newTraceRow(1, 'key');
  row.spans = spans;
  return { day: 0, row };
};

const heldOf = (places: number, spans: number): { readonly held: readonly PlacedRow[]; readonly last: boolean } => {
  const hot = createHotRows();
  for (let at = 0; at < places; at++) hot.remember(String(at), rowOf(spans));
  const held = Array.from({ length: places }, (_, at) => hot.get(String(at))).filter((row) => row !== undefined);
  return { held, last: hot.get(String(places - 1)) !== undefined };
};

test('rows are held up to their number, and the oldest are forgotten beyond it', () => {
  expect(heldOf(MOST_ROWS, 1).held).toHaveLength(MOST_ROWS);
  const beyond = heldOf(MOST_ROWS + 1, 1);
  expect(beyond.held.length).toBeLessThanOrEqual(MOST_ROWS);
  expect(beyond.last).toBe(true);
});

test('rows of many spans are held up to the number of spans', () => {
  const each = 1_000;
  expect(heldOf(MOST_SPANS / each, each).held).toHaveLength(MOST_SPANS / each);
  const beyond = heldOf(MOST_SPANS / each + 1, each);
  expect(beyond.held.length * each).toBeLessThanOrEqual(MOST_SPANS);
  expect(beyond.last).toBe(true);
});

test('a row that grows counts with what it has now, and one that is longer than all others may be is held with few others', () => {
  const hot = createHotRows();
  hot.remember('other', rowOf(1));
  const row = rowOf(1);
  for (let spans = 1; spans < MOST_SPANS / 2; spans += 1_000) {
    row.row.spans = spans;
    hot.remember('long', row);
  }
  expect(hot.get('other')).toBeDefined();
  row.row.spans = MOST_SPANS + 1;
  hot.remember('long', row);
  hot.remember('next', rowOf(1));
  hot.remember('after', rowOf(MOST_SPANS / 2));
  expect(hot.get('long')).toBeUndefined();
  expect(hot.get('after')).toBeDefined();
  hot.remember('long', row);
  expect(hot.get('long')).toBe(row);
});

test('what is deleted is gone, and counts no more', () => {
  const hot = createHotRows();
  hot.remember('a', rowOf(MOST_SPANS / 2));
  hot.delete('a');
  expect(hot.get('a')).toBeUndefined();
  hot.remember('b', rowOf(1));
  hot.remember('c', rowOf(MOST_SPANS / 2 - 1));
  expect(hot.get('b')).toBeDefined();
  hot.clear();
  expect(hot.get('b')).toBeUndefined();
});
