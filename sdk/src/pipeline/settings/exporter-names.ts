import type { ResolvedExporter } from '../../options/index.js';

/** `a`, `a-2`, `a-3`: each has its own page in the ledger. */
const distinctNames = (names: readonly string[]): readonly string[] =>
  names.map((name, at) => {
    const before = names.slice(0, at).filter((other) => other === name).length;
    return before === 0 ? name : `${name}-${before + 1}`;
  });

/** Of the ledger: which exporter of its type it is. */
const nameOf = (exporter: ResolvedExporter): string =>
  exporter.type === 'own' ? exporter.exporter.name : exporter.type;

/** The exporters' names in the ledger, in their order. */
export const exporterNames = (exporters: readonly ResolvedExporter[]): readonly string[] =>
  distinctNames(exporters.map(nameOf));
