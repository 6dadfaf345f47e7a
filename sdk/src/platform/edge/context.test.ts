import { AsyncLocalStorage } from 'node:async_hooks';

import { type ContextManager, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';

import { asyncLocalContext } from './async-local-context.js';
import { stackContext } from './stack-context.js';

const KEY = createContextKey('k');
const one = ROOT_CONTEXT.setValue(KEY, 1);
const two = ROOT_CONTEXT.setValue(KEY, 2);

const of = (manager: ContextManager | undefined): ContextManager => {
  if (manager === undefined) throw new Error('there is one');
  return manager;
};
const MANAGERS: readonly (readonly [string, () => ContextManager])[] = [
  ["of the runtime's AsyncLocalStorage", () => of(asyncLocalContext({ AsyncLocalStorage }))],
  ["of Node's modules on demand", () => of(asyncLocalContext({ process }))],
  ['of synchronous code', stackContext],
];

describe.each(MANAGERS)('context %s', (_of, create) => {
  const manager = create().enable();
  const read = (): unknown => manager.active().getValue(KEY);

  test('is that of the innermost function, with its this and arguments, and ends with it', () => {
    const seen = manager.with(
      one,
      function (this: unknown, argument: string) {
        const inner = manager.with(two, read);
        return [this, argument, inner, read()];
      },
      'this',
      'argument',
    );
    expect(seen).toEqual(['this', 'argument', 2, 1]);
    expect(manager.active()).toBe(ROOT_CONTEXT);
  });

  test('ends with what throws', () => {
    expect(() =>
      manager.with(one, () => {
        throw new Error('x');
      }),
    ).toThrow('x');
    expect(manager.active()).toBe(ROOT_CONTEXT);
  });

  test('goes with a bound function, and leaves anything else as it is', () => {
    const bound = manager.bind(one, function (this: unknown, more: number) {
      return [this, more, read()];
    });
    expect(bound.call('this', 7)).toEqual(['this', 7, 1]);
    const emitter = {};
    expect(manager.bind(one, emitter)).toBe(emitter);
    expect(manager.disable()).toBe(manager);
  });
});

test.each([
  [0, 1],
  [2, undefined],
])('after an await, the context of manager %d is %s', async (at, expected) => {
  const manager = of(MANAGERS[at]?.[1]());
  const seen = await manager.with(one, async () => {
    await Promise.resolve();
    return manager.active().getValue(KEY);
  });
  expect(seen).toBe(expected);
});

test('where the runtime cannot follow promises there is none', () => {
  expect(asyncLocalContext({})).toBeUndefined();
  expect(asyncLocalContext({ process: {} })).toBeUndefined();
});
