import fc from 'fast-check';
import { type Host, startHost } from '../../test/support/otel-host.js';
import { observe } from './index.js';

let host: Host;
beforeEach(() => {
  host = startHost({ content: true, maxContentLength: 50 });
});
afterEach(() => {
  host.stop();
});

interface Behaviour {
  readonly kind: 'sync' | 'async' | 'generator' | 'async generator';
  readonly yields: readonly unknown[];
  readonly outcome: { readonly throws: boolean; readonly value: unknown };
  /** How many chunks are asked for. */
  readonly asks: number;
}

const ended = ({ outcome }: Behaviour): unknown => {
  if (outcome.throws) throw outcome.value;
  return outcome.value;
};

type Any = (this: unknown, ...args: unknown[]) => unknown;

const build = (behaviour: Behaviour, calls: unknown[]): Any => {
  const { kind, yields } = behaviour;
  if (kind === 'sync')
    return function (this: unknown, ...args) {
      calls.push([this, args]);
      return ended(behaviour);
    };
  if (kind === 'async')
    return async function (this: unknown, ...args: unknown[]) {
      calls.push([this, args]);
      await Promise.resolve();
      return ended(behaviour);
    };
  if (kind === 'generator')
    return function* (this: unknown, ...args: unknown[]) {
      calls.push([this, args]);
      yield* yields;
      return ended(behaviour);
    };
  return async function* (this: unknown, ...args: unknown[]) {
    calls.push([this, args]);
    for (const value of yields) yield value;
    return ended(behaviour);
  };
};

/** All that can be seen of a call from outside. */
const seen = async (
  fn: Any,
  behaviour: Behaviour,
  calls: unknown[],
  self: object,
  args: unknown[],
): Promise<unknown[]> => {
  const log: unknown[] = [];
  try {
    const result = fn.apply(self, args);
    log.push(Object.prototype.toString.call(result), result instanceof Promise);
    if (behaviour.kind.endsWith('generator')) {
      const stream = result as AsyncIterator<unknown>;
      for (let at = 0; at < behaviour.asks; at++) log.push(await stream.next());
      log.push(await stream.return?.('left'), await stream.next());
    } else log.push(['value', await result]);
  } catch (error) {
    log.push(['thrown', error]);
  }
  return [...log, ...calls];
};

test('a function observed cannot be told from the function, whatever it does', async () => {
  const behaviour: fc.Arbitrary<Behaviour> = fc.record({
    kind: fc.constantFrom('sync', 'async', 'generator', 'async generator'),
    yields: fc.array(fc.anything(), { maxLength: 4 }),
    outcome: fc.record({ throws: fc.boolean(), value: fc.anything() }),
    asks: fc.nat(6),
  });
  await fc.assert(
    fc.asyncProperty(behaviour, fc.array(fc.anything(), { maxLength: 3 }), async (does, args) => {
      const self = {};
      const [plainCalls, tracedCalls]: [unknown[], unknown[]] = [[], []];
      const plain = await seen(build(does, plainCalls), does, plainCalls, self, args);
      const before = host.spans().length;
      const traced = await seen(observe(build(does, tracedCalls)), does, tracedCalls, self, args);
      expect(traced).toEqual(plain);
      // The same values, not others that look alike.
      expect((tracedCalls[0] as unknown[] | undefined)?.[0]).toBe((plainCalls[0] as unknown[] | undefined)?.[0]);
      expect(host.spans().length - before).toBe(1);
      expect(host.faults).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
