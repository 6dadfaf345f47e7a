import type { ConfigurationProblem } from '../../errors/index.js';
import type { ResolvedOptions } from '../../options/index.js';
import { refusedExporters } from '../index.js';

const WHERE = 'must not be given here: it needs';

/** What is right, but needs Node. */
export const refusedAtTheEdge = (options: ResolvedOptions): readonly ConfigurationProblem[] => {
  const { exporters, spool, encryption, flushOnSignal, prometheus, redaction, keep } = options;
  const refused = (option: string, what: string): ConfigurationProblem => ({
    option,
    rule: `${WHERE} ${what}, which Node.js has`,
    value: 'a value',
  });
  return [
    ...refusedExporters(exporters, { isNode: false, hasPackage: undefined }),
    ...(spool === null ? [] : [refused('spool', 'files')]),
    ...(encryption === null ? [] : [refused('encryption', 'ciphers that answer at once')]),
    ...(prometheus === null ? [] : [refused('prometheus', 'servers')]),
    ...(flushOnSignal ? [refused('flushOnSignal', 'signals')] : []),
    ...((redaction.patterns?.length ?? 0) === 0 ? [] : [refused('redaction.patterns', 'the package re2js')]),
    ...((keep?.costlierThanUsd ?? null) === null ? [] : [refused('keep.costlierThanUsd', 'the price book')]),
  ];
};
