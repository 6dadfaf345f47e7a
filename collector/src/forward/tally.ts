/** What an endpoint got and did not get, since the last report. */
export interface ForwardCounts {
  readonly sentSpans: number;
  readonly sentLogs: number;
  /** Spans and log records that the endpoint refused for good. */
  readonly rejectedItems: number;
  /** Lost because the endpoint was away for too long, or for want of disk. */
  readonly droppedRecords: number;
  /** Of these records' bodies. */
  readonly droppedBytes: number;
  /** Requests that were answered with a fault that passes. */
  readonly retries: number;
  /** Records that could not be read back, or not be told as OTLP. */
  readonly unreadableRecords: number;
}

export type ForwardCount = keyof ForwardCounts;

export const NO_COUNTS: ForwardCounts = Object.freeze({
  sentSpans: 0,
  sentLogs: 0,
  rejectedItems: 0,
  droppedRecords: 0,
  droppedBytes: 0,
  retries: 0,
  unreadableRecords: 0,
});

export interface Tally {
  add(count: ForwardCount, value: number): void;
  /** What was added since the last call. */
  take(): ForwardCounts;
}

export const createTally = (): Tally => {
  let counts: Record<ForwardCount, number> = { ...NO_COUNTS };
  return {
    add(count, value) {
      counts[count] += value;
    },
    take() {
      const taken = counts;
      counts = { ...NO_COUNTS };
      return taken;
    },
  };
};
