import type { SQLInputValue } from 'node:sqlite';

/** A piece of SQL with its values. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}
