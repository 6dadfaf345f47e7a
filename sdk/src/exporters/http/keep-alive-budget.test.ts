import { createFetchTransport, createKeepAliveBudget } from './index.js';

test('a page has so many bytes and requests under way, and gets back what has arrived', () => {
  const budget = createKeepAliveBudget(100, 3);
  const giveBack = budget.take(60);
  expect(budget.take(41)).toBeUndefined();
  expect([budget.take(20), budget.take(20)]).not.toContain(undefined);
  expect(budget.take(0)).toBeUndefined();
  giveBack?.();
  expect(budget.take(60)).toBeDefined();
});

test('a request within the budget outlives its page, one beyond it goes all the same', async () => {
  const sent: (boolean | undefined)[] = [];
  const fetch = (_url: unknown, init?: RequestInit): Promise<Response> => {
    sent.push(init?.keepalive);
    return sent.length === 3 ? Promise.reject(new TypeError('failed')) : Promise.resolve(new Response('ok'));
  };
  const transport = createFetchTransport({ fetch, keepAlive: createKeepAliveBudget(100) });
  const request = (bytes: number) =>
    transport.post(
      { url: 'https://example.com', headers: {}, body: new Uint8Array(bytes) },
      new AbortController().signal,
    );
  await Promise.all([request(80), request(80)]);
  await expect(request(100)).rejects.toThrow('failed');
  await request(100);
  expect(sent).toEqual([true, undefined, true, true]);
});
