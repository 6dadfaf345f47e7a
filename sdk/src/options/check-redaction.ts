import { checkRedaction, type RedactorParts } from 'noveum-proto/redaction';

/** What is wrong with the redactor's options, each as `redaction.salt: must be …, got …`. */
export type CheckRedaction = (options: unknown) => readonly string[];

/** The syntax of own patterns is told where they are compiled: RE2's package is loaded there only. */
const compile: NonNullable<RedactorParts['compile']> = () => ({ status: 'ok', find: () => [] });

/** The redactor's own word. */
export const redactorErrors: CheckRedaction = (options) => {
  const outcome = checkRedaction(options, { compile });
  return outcome.status === 'ok' ? [] : outcome.errors;
};
