import { setTimeout as delay } from 'node:timers/promises';

import type { ClusterCollector, Json } from './cluster-collector.js';

export const TRACES_A_REQUEST = 20;
/** A root and a child that come together, and a child that comes later. */
export const SPANS = 3;
const START = BigInt(Date.parse('2026-11-21T08:00:00.000Z')) * 1_000_000n;
const PATIENCE_MILLIS = 180_000;
const POLL_MILLIS = 100;

type Asked = Pick<ClusterCollector, 'ask'>;

export const traceIdOf = (number: number): string => (number + 1).toString(16).padStart(32, '0');
export const spanIdOf = (number: number, at: number): string =>
  (SPANS * number + at + 1).toString(16).padStart(16, '0');
/** Of a trace that a load has sent. */
export const numberOf = (traceId: string): number => Number.parseInt(traceId, 16) - 1;

export const spanOf = (traceId: string, spanId: string, parentSpanId: string | null, text = '') => ({
  traceId,
  spanId,
  ...(parentSpanId === null ? {} : { parentSpanId }),
  name: parentSpanId === null ? 'root' : 'child',
  startTimeUnixNano: String(START),
  endTimeUnixNano: String(START + 1_000_000n),
  ...(text === '' ? {} : { attributes: [{ key: 'text', value: { stringValue: text } }] }),
});

/** Looks until it is so; throws after three minutes, with what `problem` says. */
export const untilSo = async (look: () => Promise<boolean> | boolean, problem: () => string): Promise<void> => {
  const end = Date.now() + PATIENCE_MILLIS;
  while (!(await look())) {
    if (Date.now() > end) throw new Error(problem());
    await delay(POLL_MILLIS);
  }
};

/** Sends until it is acknowledged; 503 is said where nobody knows the keys yet, and a sender comes again then. */
export const sendSpans = ({ ask }: Asked, spans: readonly object[]): Promise<void> => {
  const body = { resourceSpans: [{ scopeSpans: [{ spans }] }] };
  return untilSo(
    async () => {
      const { status } = await ask('/v1/traces', { method: 'POST', body });
      if (status !== 200 && status !== 503) throw new Error(`a request was answered ${String(status)}`);
      return status === 200;
    },
    () => 'a request was answered 503 again and again',
  );
};

export interface FaultLoad {
  /** Sends as many times 20 new traces, and then the late span of each; all of it is acknowledged. */
  send(collector: Asked, times: number): Promise<void>;
  /** The late spans go to another collector at the same time. */
  sendToBoth(one: Asked, other: Asked): Promise<void>;
  /** Acknowledged so far. */
  traces(): number;
}

/** A load of traces of which each comes in two requests; `text` is in each of the spans that come first. */
export const createFaultLoad = (text = ''): FaultLoad => {
  let next = 0;
  const sendSome = (collector: Asked, first: number, places: readonly number[]): Promise<void> => {
    const numbers = Array.from({ length: TRACES_A_REQUEST }, (_, at) => first + at);
    const spans = numbers.flatMap((number) =>
      places.map((at) =>
        spanOf(
          traceIdOf(number),
          spanIdOf(number, at),
          at === 0 ? null : spanIdOf(number, 0),
          at === SPANS - 1 ? '' : text,
        ),
      ),
    );
    return sendSpans(collector, spans);
  };
  const take = (): number => {
    const first = next;
    next += TRACES_A_REQUEST;
    return first;
  };
  return {
    async send(collector, times) {
      for (let time = 0; time < times; time++) {
        const first = take();
        await sendSome(collector, first, [0, 1]);
        await sendSome(collector, first, [2]);
      }
    },
    async sendToBoth(one, other) {
      const first = take();
      await Promise.all([sendSome(one, first, [0, 1]), sendSome(other, first, [2])]);
    },
    traces: () => next,
  };
};

/** Of a scrape; NaN where it isn't there. */
export const metricOf = ({ text }: Json, name: string): number =>
  Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(String(text))?.[1] ?? NaN);

/** Waits until the collector has stored all that it acknowledged. */
export const untilStored = ({ ask, process: running }: ClusterCollector): Promise<void> =>
  untilSo(
    async () => metricOf((await ask('/metrics')).json, 'noveum_drain_lag_bytes') === 0,
    () => `not all was stored in time\n${running.log()}`,
  );
