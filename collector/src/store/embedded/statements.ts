import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

/** Runs a query; integers come as bigints where asked for. */
export type RunQuery = <T>(sql: string, values: readonly SQLInputValue[], bigints?: boolean) => T[];

const HELD_STATEMENTS = 200;

/** Queries of one database; what was prepared is used again. */
export const createStatements = (database: DatabaseSync): RunQuery => {
  const held = new Map<string, StatementSync>();
  return <T>(sql: string, values: readonly SQLInputValue[], bigints = false): T[] => {
    const name = bigints ? `n ${sql}` : sql;
    let statement = held.get(name);
    if (statement === undefined) {
      if (held.size >= HELD_STATEMENTS) held.clear();
      statement = database.prepare(sql);
      statement.setReadBigInts(bigints);
      held.set(name, statement);
    }
    return statement.all(...values) as unknown as T[];
  };
};
