import { createKeyFilter, type KeyFilter } from './key-filter.js';
import { createKeyFilters } from './key-filters.js';

const KEYS_A_DAY = 20_000;

const keyOf = (day: number, at: number): string => `${String(day)}-${String(at)}`;

const filterOfDay = (day: number): KeyFilter => {
  const filter = createKeyFilter(KEYS_A_DAY);
  for (let at = 0; at < KEYS_A_DAY; at++) filter.add(keyOf(day, at));
  return filter;
};

const unknownOf = (filter: KeyFilter, day: number): string[] =>
  Array.from({ length: KEYS_A_DAY }, (_, at) => keyOf(day, at)).filter((key) => !filter.mayHave(key));

const falseHits = (filter: KeyFilter): number => {
  let hits = 0;
  for (let at = 0; at < 10_000; at++) if (filter.mayHave(`other ${String(at)}`)) hits++;
  return hits / 10_000;
};

test('a filter knows every key that it took, however often it was folded', () => {
  const filter = filterOfDay(1);
  let bytes = filter.bytes();
  const rates = [falseHits(filter)];
  while (filter.fold()) {
    expect(filter.bytes()).toBe(bytes / 2);
    bytes = filter.bytes();
    rates.push(falseHits(filter));
    expect(unknownOf(filter, 1)).toEqual([]);
  }
  expect(rates.length).toBeGreaterThan(3);
  expect(rates[0]).toBeLessThan(0.005);
  expect(rates[1]).toBeLessThan(0.05);
});

test('a folded filter is not full, and still takes keys', () => {
  const filter = createKeyFilter(KEYS_A_DAY);
  filter.fold();
  for (let at = 0; at < KEYS_A_DAY; at++) filter.add(keyOf(1, at));
  expect(filter.isFull()).toBe(false);
  expect(filter.mayHave(keyOf(1, KEYS_A_DAY - 1))).toBe(true);
});

test('the filters of many days stay within their memory, the newest the sharpest', () => {
  const ofOneDay = createKeyFilter(KEYS_A_DAY).bytes();
  const filters = createKeyFilters(ofOneDay * 3);
  for (let day = 1; day <= 5; day++) {
    filters.set(day, filterOfDay(day));
    expect(filters.bytes()).toBeLessThanOrEqual(ofOneDay * 3);
  }
  const sizes = [1, 2, 3, 4, 5].map((day) => filters.get(day)?.bytes() ?? 0);
  expect([...sizes].sort((a, b) => a - b)).toEqual(sizes);
  for (let day = 1; day <= 5; day++) expect(filters.get(day)?.mayHave(keyOf(day, 7))).toBe(true);
  filters.delete(5);
  expect(filters.get(5)).toBeUndefined();
});

test('a bound that so many days cannot keep is passed by their smallest filters alone', () => {
  const filters = createKeyFilters(1);
  filters.set(1, filterOfDay(1));
  expect(filters.bytes()).toBe(4096);
});
