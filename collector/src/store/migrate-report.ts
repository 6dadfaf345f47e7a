/** A UTC day of the embedded store (that of a trace's first span that came) and a project. */
export interface MigratedDay {
  readonly day: string;
  readonly project: string;
  readonly embedded: { readonly traces: number; readonly spans: number };
  readonly elasticsearch: { readonly traces: number; readonly spans: number };
  /** Traces of which the target has less. */
  readonly differing: number;
}

export interface MigrateReport {
  /** API keys that were not there yet. */
  readonly keys: number;
  /** Traces written by this call; one that was there already counts too. */
  readonly copied: number;
  /** Of these those that the comparison found lacking, so that they were copied once more. */
  readonly healed: number;
  /** Traces that Elasticsearch did not take, by their content. */
  readonly refused: number;
  /** Traces that had been copied and were erased since: erased in the target too. */
  readonly erased: number;
  /** False: the running collector stored more in every pass. */
  readonly isCaughtUp: boolean;
  readonly days: readonly MigratedDay[];
}

/** What a migration tells on its way. `total` grows with what comes meanwhile. */
export interface MigrateStep {
  readonly phase: 'copying' | 'comparing' | 'erasing';
  readonly done: number;
  readonly total: number;
}
