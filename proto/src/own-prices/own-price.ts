/** What the operator pays for a model. Prices are USD for a million tokens. */
export interface OwnPrice {
  /** The model as it is sent, or its beginning with `*` at the end; upper and lower case are the same. */
  readonly model: string;
  /** `gen_ai.provider.name`, e.g. `azure.ai.openai`; default: any. */
  readonly provider?: string;
  /** The service tier it is for, e.g. `batch`; default: any. */
  readonly serviceTier?: string;
  readonly input: number;
  readonly output: number;
  /** Default: as `input`. */
  readonly cacheRead?: number;
  /** Default: as `input`. */
  readonly cacheWrite?: number;
  /** Default: as `output`. */
  readonly reasoning?: number;
  /** The first day, or moment with a zone, that it holds: `2026-01-01`, `2026-01-01T08:00:00Z`. Days begin in UTC. */
  readonly from?: string;
  /** The first day or moment that it no longer holds. */
  readonly until?: string;
}
