import { createHotTraces } from './hot-traces.js';

const BOUND = 50_000;

test('of more traces than the bound the one that was written longest ago is forgotten, and counted', () => {
  let forgotten = 0;
  const hot = createHotTraces(() => forgotten++);
  for (let at = 0; at < BOUND; at++) hot.set(`t${String(at)}`, 'index-1');
  hot.set('t0', 'index-2');
  expect([hot.get('t0'), hot.get('t1'), forgotten]).toEqual(['index-2', 'index-1', 0]);
  hot.set('new', 'index-2');
  expect([hot.get('t0'), hot.get('t1'), hot.get('new'), forgotten]).toEqual(['index-2', undefined, 'index-2', 1]);
  // What is erased leaves its place to another.
  hot.delete('t2');
  hot.set('newer', 'index-2');
  expect([hot.get('t3'), forgotten]).toEqual(['index-1', 1]);
});
