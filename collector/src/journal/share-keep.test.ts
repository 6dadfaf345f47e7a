import { type JournalPosition, shareKeep } from './index.js';

const at = (file: number, offset = 0): JournalPosition => ({ file, offset });

const shared = () => {
  const kept: (JournalPosition | null)[] = [];
  return { kept, keepFor: shareKeep({ keep: (position) => void kept.push(position) }) };
};

test('the journal keeps what the reader furthest behind needs, until nobody needs anything', () => {
  const { kept, keepFor } = shared();
  const first = keepFor();
  const second = keepFor();
  first(at(3));
  second(at(2, 7));
  second(at(4));
  first(null);
  second(null);
  expect(kept).toEqual([at(3), at(2, 7), at(3), at(4), null]);
});

test('what a reader needs from before is kept though another speaks first', () => {
  const { kept, keepFor } = shared();
  const silent = keepFor([at(5), at(1, 20), at(1, 30)]);
  keepFor()(at(9));
  expect(kept).toEqual([at(1, 20)]);
  silent(at(8));
  expect(kept.at(-1)).toEqual(at(8));
});
