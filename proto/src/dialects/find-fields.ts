import type { Json } from '../document/index.js';
import type { Compiled, Entry } from './compile.js';
import { valueAt } from './convert.js';
import type { Field } from './fields.js';
import { slotOf } from './fields.js';
import { lenientJson } from './lenient-json.js';

/** What the tables found in a span's attributes, by the fields' slots. */
export interface Found {
  readonly values: (Json | undefined)[];
  readonly rules: (string | null)[];
  readonly priorities: number[];
  /** Something was found that tells a GenAI span from any other. */
  isGenAi: boolean;
}

export const valueOf = (found: Found, field: Field): Json | undefined => found.values[slotOf(field)];

export const numberOf = (found: Found, field: Field): number | undefined => {
  const value = valueOf(found, field);
  return typeof value === 'number' ? value : undefined;
};

export const textOf = (found: Found, field: Field): string | undefined => {
  const value = valueOf(found, field);
  return typeof value === 'string' ? value : undefined;
};

const OPERATION = slotOf('gen_ai.operation.name');

interface Deferred {
  readonly entry: Entry;
  readonly value: Json;
}

const take = (found: Found, entry: Entry, value: Json): void => {
  const held = found.priorities[entry.slot];
  if (held !== undefined && held <= entry.priority) return;
  const read = entry.read(value);
  if (read === undefined) return;
  found.values[entry.slot] = read;
  found.rules[entry.slot] = entry.rule;
  found.priorities[entry.slot] = entry.priority;
};

/** A chain that is the root is a workflow. */
const resolveChain = (found: Found, isRoot: boolean): void => {
  if (found.values[OPERATION] === '#chain') found.values[OPERATION] = isRoot ? 'invoke_workflow' : 'chain';
};

export interface FindContext {
  readonly scopeName: string;
  readonly isRoot: boolean;
}

/** Collects, attribute by attribute, in any order; `finish` gives what was found, or null where nothing was. */
export const createFinder = (compiled: Compiled, { scopeName, isRoot }: FindContext) => {
  let found: Found | null = null;
  let deferred: Deferred[] | null = null;

  const takeAll = (entries: readonly Entry[], sent: Json): void => {
    let parsed: Json | undefined;
    for (const entry of entries) {
      if (entry.isSpoken !== null && !entry.isSpoken(scopeName)) continue;
      found ??= { values: [], rules: [], priorities: [], isGenAi: false };
      if (!entry.isGeneric) found.isGenAi = true;
      let value: Json | undefined = sent;
      if (entry.path !== null) value = valueAt((parsed ??= lenientJson(sent)), entry.path);
      if (value === undefined || value === null) continue;
      if (entry.only === null) take(found, entry, value);
      else (deferred ??= []).push({ entry, value });
    }
  };

  return {
    take: (key: string, value: Json | undefined): void => {
      const entries = compiled.entries.get(key);
      if (entries !== undefined && value !== undefined && value !== null) takeAll(entries, value);
    },
    finish: (): Found | null => {
      if (found === null) return null;
      resolveChain(found, isRoot);
      const operation = found.values[OPERATION];
      for (const { entry, value } of deferred ?? [])
        if (typeof operation === 'string' && entry.only?.has(operation) === true) take(found, entry, value);
      return found;
    },
  };
};
