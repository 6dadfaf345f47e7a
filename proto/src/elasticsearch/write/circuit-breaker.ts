import { type ElasticsearchTransport, type Fault, isPassing } from '../client/index.js';
import { ElasticsearchFault, RefusedByElasticsearch } from './store-fault.js';

/** Keeps requests from a node that does not answer: they fail at once, but one now and then that tries. */
export interface CircuitBreaker {
  /** Throws the last fault while it is open. */
  check(): void;
  /** Runs a request; throws ElasticsearchFault, or RefusedByElasticsearch where it will never be taken. */
  run<T>(request: () => Promise<T>): Promise<T>;
  /** Null: it is closed. */
  fault(): Fault | null;
}

const FAULTS_UNTIL_OPEN = 3;
const FIRST_PAUSE_MILLIS = 500;
const LONGEST_PAUSE_MILLIS = 10_000;

export const createCircuitBreaker = (now: () => number, faultOf: ElasticsearchTransport['faultOf']): CircuitBreaker => {
  let faults = 0;
  let last: Fault | null = null;
  let openUntilMillis = 0;

  const isOpen = (): boolean => faults >= FAULTS_UNTIL_OPEN;

  const note = (fault: Fault): void => {
    last = fault;
    faults++;
    if (!isOpen()) return;
    const pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS * 2 ** (faults - FAULTS_UNTIL_OPEN));
    openUntilMillis = now() + Math.max(pause, (fault.retryAfterSeconds ?? 0) * 1_000);
  };

  const check = (): void => {
    if (isOpen() && last !== null && now() < openUntilMillis) throw new ElasticsearchFault(last);
  };

  return {
    check,
    async run(request) {
      check();
      try {
        const answer = await request();
        faults = 0;
        last = null;
        return answer;
      } catch (error) {
        const fault = faultOf(error);
        if (fault === null) throw error;
        if (!isPassing(fault) && fault.kind !== 'not-found') throw new RefusedByElasticsearch(fault);
        note(fault);
        throw new ElasticsearchFault(fault);
      }
    },
    fault: () => (isOpen() ? last : null),
  };
};
