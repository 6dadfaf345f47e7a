import { Gauge, type Registry } from 'prom-client';

/** What others know and only a scrape asks for. Each is called at a scrape; null: not known now, and left out. */
export interface GaugeSources {
  readonly inFlightBytes: () => number | null;
  readonly journalBytes: () => number | null;
  readonly journalLimitBytes: () => number | null;
  readonly journalFiles: () => number | null;
  /** Bytes that are durable and not stored yet. */
  readonly drainLagBytes: () => number | null;
  /** Age of the oldest record that is not stored yet; 0: none. */
  readonly drainLagSeconds: () => number | null;
  /** Bytes that are durable and whose texts are not indexed yet. */
  readonly textLagBytes: () => number | null;
  /** Age of the oldest record whose texts are not indexed yet; 0: none. */
  readonly textLagSeconds: () => number | null;
  /** Of the latest days, those whose root has not come or not ended. */
  readonly incompleteTraces: () => number | null;
  /** Traces that were erased lately and whose fragments are not taken. */
  readonly tombstones: () => number | null;
  /** Erasures whose bytes may still be in files. */
  readonly pendingErasures: () => number | null;
  /** Since the oldest of them was asked for; 0: there is none. */
  readonly pendingErasureSeconds: () => number | null;
  readonly apiKeys: () => number | null;
  /** Senders that are listed by `/v1/senders`, of this collector. */
  readonly senders: () => number | null;
  /** Clients of `/v1/stream`. */
  readonly streams: () => number | null;
}

const GAUGES: Readonly<Record<keyof GaugeSources, readonly [name: string, help: string]>> = {
  inFlightBytes: ['noveum_in_flight_bytes', 'Bytes of the requests under way'],
  journalBytes: ['noveum_journal_bytes', 'Bytes of the journal on disk'],
  journalLimitBytes: [
    'noveum_journal_limit_bytes',
    'Bytes above which senders are refused until the store has caught up',
  ],
  journalFiles: ['noveum_journal_files', 'Files of the journal'],
  drainLagBytes: ['noveum_drain_lag_bytes', 'Acknowledged bytes that are not stored yet'],
  drainLagSeconds: ['noveum_drain_lag_seconds', 'Age of the oldest acknowledged request that is not stored yet'],
  textLagBytes: ['noveum_text_lag_bytes', 'Acknowledged bytes whose texts are not indexed yet'],
  textLagSeconds: ['noveum_text_lag_seconds', 'Age of the oldest acknowledged request whose texts are not indexed yet'],
  incompleteTraces: [
    'noveum_incomplete_traces',
    'Traces of the latest seven days whose root has not come or not ended',
  ],
  tombstones: ['noveum_tombstones', 'Erased traces whose fragments are not taken'],
  pendingErasures: ['noveum_pending_erasures', 'Erasures whose bytes may still be in files'],
  pendingErasureSeconds: ['noveum_pending_erasure_seconds', 'Since the oldest such erasure was asked for'],
  apiKeys: ['noveum_api_keys', 'Keys that have been made, revoked ones included'],
  senders: ['noveum_senders', 'Senders whose counts are kept, see /v1/senders'],
  streams: ['noveum_streams', 'Clients that follow /v1/stream'],
};

/** Registers a gauge for each source that is given; a second source of one name takes the first's place. */
export const observeGauges = (registry: Registry, sources: Partial<GaugeSources>): void => {
  for (const key of Object.keys(GAUGES) as (keyof GaugeSources)[]) {
    const read = sources[key];
    if (read === undefined) continue;
    const [name, help] = GAUGES[key];
    registry.removeSingleMetric(name);
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        const value = read();
        if (value === null) this.remove();
        else this.set(value);
      },
    });
  }
};
