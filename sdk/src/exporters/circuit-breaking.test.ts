import { batchOf, DELIVERED, telling } from '../../test/support/batches.js';
import { createLeapingClock } from '../../test/support/leaping-clock.js';
import { circuitBreaking, type Clock, type Exporter, type ExportOutcome } from './index.js';

const never = new AbortController().signal;
const AGAIN: ExportOutcome = { status: 'retry', reason: 'ECONNREFUSED' };

const passed = (clock: Clock, millis: number): Promise<void> =>
  new Promise((resolve) => {
    clock.later(millis, resolve);
  });

const breaking = (exporter: Exporter) => {
  const clock = createLeapingClock();
  const states: string[] = [];
  const onState = (state: string): void => void states.push(state);
  return { clock, states, circuit: circuitBreaking(exporter, { failures: 3, openMillis: 5000, clock, onState }) };
};

it('makes no more tries after so many failures in a row, and says for how long', async () => {
  const exporter = telling(AGAIN, AGAIN, DELIVERED, AGAIN);
  const { circuit, states } = breaking(exporter);
  for (let turn = 0; turn < 6; turn++) await circuit.export(batchOf(1), never);
  expect(states).toEqual(['open']);
  const outcome = await circuit.export(batchOf(1), never);
  expect(outcome).toEqual({ status: 'retry', reason: 'circuit_open', afterMillis: 5000 });
  expect(exporter.batches).toHaveLength(6);
});

it('lets one batch through after that time: taken, all go; not taken, none', async () => {
  const exporter = telling(AGAIN, AGAIN, AGAIN, AGAIN, DELIVERED);
  const { circuit, clock, states } = breaking(exporter);
  for (let turn = 0; turn < 3; turn++) await circuit.export(batchOf(1), never);
  await passed(clock, 5000);
  expect(await circuit.export(batchOf(1), never)).toEqual(AGAIN);
  expect((await circuit.export(batchOf(1), never)).status).toBe('retry');
  expect(exporter.batches).toHaveLength(4);
  await passed(clock, 5000);
  expect(await circuit.export(batchOf(1), never)).toEqual(DELIVERED);
  expect(await circuit.export(batchOf(1), never)).toEqual(DELIVERED);
  expect(states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
});

it('lets no second batch through while the first is on its way', async () => {
  let answer: (outcome: ExportOutcome) => void = () => undefined;
  let asked = 0;
  const { circuit, clock } = breaking({
    name: 'slow',
    export: () => {
      asked++;
      return asked <= 3 ? Promise.resolve(AGAIN) : new Promise((resolve) => (answer = resolve));
    },
    close: () => Promise.resolve(),
  });
  for (let turn = 0; turn < 3; turn++) await circuit.export(batchOf(1), never);
  await passed(clock, 5000);
  const probe = circuit.export(batchOf(1), never);
  expect(await circuit.export(batchOf(1), never)).toMatchObject({ reason: 'circuit_open' });
  answer(DELIVERED);
  expect(await probe).toEqual(DELIVERED);
  expect(asked).toBe(4);
});

it('leaves a backend alone for as long as it asks', async () => {
  const { circuit } = breaking(telling({ status: 'retry', reason: 'http_429', afterMillis: 40_000 }));
  for (let turn = 0; turn < 3; turn++) await circuit.export(batchOf(1), never);
  expect(await circuit.export(batchOf(1), never)).toMatchObject({ afterMillis: 40_000 });
});

it('does not count what was aborted', async () => {
  const { circuit, states } = breaking(telling(AGAIN));
  for (let turn = 0; turn < 9; turn++) await circuit.export(batchOf(1), AbortSignal.abort());
  expect(states).toEqual([]);
});
