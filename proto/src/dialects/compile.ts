import { FACT_FIELDS, FIELDS, type Field, SLOTS } from './fields.js';
import type { Convert } from './convert.js';
import type { Dialect, FieldRow, TableRow } from './table.js';

/** One row of a table, ready to be used. */
export interface Entry {
  readonly slot: number;
  /** The least one that says something wins: tables in their order, then rows in theirs. */
  readonly priority: number;
  readonly read: Convert;
  readonly only: ReadonlySet<string> | null;
  readonly isSpoken: ((scopeName: string) => boolean) | null;
  /** Within a record. */
  readonly path: string | null;
  /** `dialect/attribute`; null: the canonical name itself was sent. */
  readonly rule: string | null;
  /** Whether the attribute alone makes the span one of GenAI: it may tell a fact, and the name is nobody else's. */
  readonly isTelling: boolean;
}

export interface Compiled {
  readonly entries: ReadonlyMap<string, readonly Entry[]>;
  readonly slots: number;
}

const isRecordRow = (row: TableRow): row is readonly [string, readonly FieldRow[]] => typeof row[1] !== 'string';

const rowsOf = (row: TableRow): readonly (readonly [path: string | null, FieldRow])[] =>
  isRecordRow(row) ? row[1].map((inner) => [inner[0], inner] as const) : [[null, row]];

const GENERIC = 'generic';

/** All tables as one look-up by the exact name of an attribute; of the fields before `slots` those that are wanted. */
export const compile = (
  dialects: readonly Dialect[],
  slots: number,
  isWanted: (slot: number) => boolean = () => true,
): Compiled => {
  const entries = new Map<string, Entry[]>();
  let priority = 0;
  for (const dialect of dialects)
    for (const row of dialect.fields)
      for (const [path, [, to, options]] of rowsOf(row)) {
        priority++;
        const slot = SLOTS[to];
        if (slot >= slots || !isWanted(slot)) continue;
        const [from] = row;
        const held = entries.get(from) ?? [];
        entries.set(from, held);
        held.push({
          slot,
          priority,
          read: options?.read ?? FIELDS[to satisfies Field],
          only: options?.only === undefined ? null : new Set(options.only),
          isSpoken: dialect.isSpoken ?? null,
          path,
          rule: from === to && path === null ? null : `${dialect.name}/${from}`,
          isTelling: slot < FACT_FIELDS && dialect.name !== GENERIC,
        });
      }
  return { entries, slots };
};
