/** Stable, never used for another meaning. */
export type SdkErrorCode = 'configuration' | 'missing_peer' | 'worker' | 'callback' | 'not_delivered';

/** Every error that this package throws or reports. Messages hold no payload: it may be a prompt. */
export class NoveumError extends Error {
  override readonly name: string = 'NoveumError';

  constructor(
    readonly code: SdkErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface ConfigurationProblem {
  /** As it is written in code: `batch.maxSpans`. */
  readonly option: string;
  /** `must be an integer from 1 to 10000`. */
  readonly rule: string;
  /** The value as JSON, at most 100 characters; `[secret]` for secrets. */
  readonly value: string;
}

/** Names all wrong options at once. */
export class ConfigurationError extends NoveumError {
  override readonly name = 'ConfigurationError';

  constructor(readonly problems: readonly ConfigurationProblem[]) {
    super('configuration', problems.map(({ option, rule, value }) => `${option} ${rule}, got ${value}`).join('\n'));
  }
}
