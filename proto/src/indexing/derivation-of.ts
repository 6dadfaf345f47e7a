import { RULES_VERSION } from '../dialects/index.js';

/** By what a trace was derived: the dialects' rules and the price book. */
export const derivationOf = (book: string | undefined): string => `rules ${RULES_VERSION}, ${book ?? 'no prices'}`;
