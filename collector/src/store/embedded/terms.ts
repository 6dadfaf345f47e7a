import type { Counted } from './counted.js';
import { STATUS_CODE, STATUS_NAME, TERM } from './schema.js';

/** A value by which `term` finds a trace. */
export interface TermRow {
  readonly field: number;
  readonly value: string;
}

export const eachTerm = (counted: Counted, visit: (field: number, value: string) => void): void => {
  for (const service of counted.services) visit(TERM.service, service);
  for (const tag of counted.tags) visit(TERM.tag, tag);
  if (counted.environment !== null) visit(TERM.environment, counted.environment);
  const status = counted.status === STATUS_CODE.ok ? null : STATUS_NAME[counted.status];
  if (typeof status === 'string') visit(TERM.status, status);
};

export const termsOf = (counted: Counted): readonly TermRow[] => {
  const terms: TermRow[] = [];
  eachTerm(counted, (field, value) => terms.push({ field, value }));
  return terms;
};
