import type { Fragment, Prices } from 'noveum-proto';

import { createPayloadArena, fragmentsOf } from './normalise/index.js';
import { isStorageFault } from './store-fault.js';
import {
  NOTHING_REDERIVED,
  type RederivePlace,
  type RederiveReport,
  type RederiveRequest,
  type RederiveStep,
  type RederiveTools,
  sumOfReports,
} from './store/index.js';

/** Facts are told as they would be of the same spans if they came now. */
export const createRederiveTools = (prices: Prices, now: () => number): RederiveTools => {
  const arena = createPayloadArena();
  return {
    now,
    isStorageFault,
    tellFacts: ({ keyEnvironment, payload, project, receivedAtMillis }: Fragment) => {
      const body = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
      const record = { body, project, keyEnvironment, receivedAtMillis, redactionVersion: 0, refused: [] };
      const [told] = fragmentsOf({ ...record, format: 'otlp-traces' }, arena, prices);
      arena.reset();
      return told?.facts ?? null;
    },
  };
};

export type TakeRederiveStep = (request: RederiveRequest, from: RederivePlace | null) => Promise<RederiveStep>;

/** Sums of floating-point numbers, without what adding them leaves behind the twelfth place. */
const withoutNoise = (report: RederiveReport): RederiveReport => {
  const { after, before } = report.cost;
  return { ...report, cost: { before: Number(before.toFixed(12)), after: Number(after.toFixed(12)) } };
};

/** Step by step to the end, or until the signal: what was done till then stays done. */
export const rederiveAll = async (
  takeStep: TakeRederiveStep,
  request: RederiveRequest,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<RederiveReport> => {
  let report = NOTHING_REDERIVED;
  let place: RederivePlace | null = null;
  do {
    signal.throwIfAborted();
    const step: RederiveStep = await takeStep(request, place);
    report = sumOfReports(report, step.report);
    place = step.next;
    onProgress(step.done, Math.max(step.done, step.total));
  } while (place !== null);
  return withoutNoise(report);
};
