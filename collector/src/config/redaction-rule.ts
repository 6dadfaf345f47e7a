import type { RedactionOptions } from 'noveum-proto/redaction';

/** All projects that no rule names. */
export const OTHER_PROJECTS = '*';

/** What is taken out of the requests of some projects before anything of them is kept. */
export interface RedactionRule {
  /** Names, or `*` alone. */
  readonly projects: readonly string[];
  /** False: nothing is, though all others' are. */
  readonly enabled: boolean;
  /** Checked. The salt is secret. */
  readonly options: RedactionOptions;
}
