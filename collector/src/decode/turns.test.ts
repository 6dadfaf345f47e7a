import { createTurns } from './turns.js';

test('callers that are ready at once go on in a turn of the event loop each', async () => {
  let turn = 0;
  const count = (): void => {
    turn++;
    if (turn < 10) setImmediate(count);
  };
  setImmediate(count);
  const nextTurn = createTurns();
  const turns = await Promise.all(
    ['a', 'b', 'c'].map(async () => {
      await nextTurn();
      return turn;
    }),
  );
  expect(new Set(turns).size).toBe(3);
});
