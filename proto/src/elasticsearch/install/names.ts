/** What the collector calls things in a cluster. */
export interface StoreNames {
  /** All that is written goes to it and all that is read comes from it. */
  readonly alias: string;
  readonly pattern: string;
  readonly policy: string;
  readonly template: string;
  readonly settingsComponent: string;
  readonly mappingsComponent: string;
  readonly metaIndex: string;
  readonly erasuresIndex: string;
}

/** `noveum` gives `noveum-traces`, `noveum-traces-2026-11-000001`, `noveum-traces-policy`, `noveum-meta`. */
export const namesOf = (prefix: string): StoreNames => {
  const alias = `${prefix}-traces`;
  return Object.freeze({
    alias,
    pattern: `${alias}-*`,
    policy: `${alias}-policy`,
    template: alias,
    settingsComponent: `${alias}-settings`,
    mappingsComponent: `${alias}-mappings`,
    metaIndex: `${prefix}-meta`,
    erasuresIndex: `${prefix}-erasures`,
  });
};

/** By Elasticsearch's date mathematics, so that a rollover by size or age puts in the month that it happens in. */
export const dateMathName = ({ alias }: StoreNames, number: number): string =>
  `<${alias}-{now/M{yyyy-MM}}-${String(number).padStart(6, '0')}>`;

export interface IndexName {
  /** That the index was made in, e.g. `2026-11`. */
  readonly month: string;
  readonly number: number;
}

/** Null: it isn't named as indices of traces are. */
export const parseIndexName = (index: string, { alias }: StoreNames): IndexName | null => {
  const rest = index.startsWith(`${alias}-`) ? index.slice(alias.length + 1) : '';
  const { month, number } = /^(?<month>\d{4}-\d{2})-(?<number>\d{6,15})$/.exec(rest)?.groups ?? {};
  return month === undefined || number === undefined ? null : { month, number: Number(number) };
};
