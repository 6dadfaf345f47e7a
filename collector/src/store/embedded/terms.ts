import type { Counted } from './counted.js';
import { STATUS_CODE, STATUS_NAME, TERM } from './schema.js';

const textList = (text: string | null): readonly string[] => (text === null ? [] : [text]);

/** The values by which `term` finds a trace. */
export const termsOf = (counted: Counted): readonly (readonly [field: number, values: readonly string[]])[] => [
  [TERM.service, counted.services],
  [TERM.tag, counted.tags],
  [TERM.environment, textList(counted.environment)],
  [TERM.status, counted.status === STATUS_CODE.ok ? [] : textList(STATUS_NAME[counted.status] ?? null)],
];
