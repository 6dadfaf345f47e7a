import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { NAMES } from './index.js';

test('names of the conventions are those of their package', () => {
  const known = new Set<unknown>(Object.values(conventions));
  expect(Object.values(NAMES).filter((name) => !known.has(name))).toEqual([]);
});
