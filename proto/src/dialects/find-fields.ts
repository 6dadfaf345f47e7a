import type { Json } from '../document/index.js';
import type { Compiled, Entry } from './compile.js';
import { valueAt } from './convert.js';
import { type Field, SLOTS } from './fields.js';
import { lenientJson } from './lenient-json.js';

/** What the tables found in a span's attributes, by the fields' slots. */
export interface Found {
  readonly values: (Json | undefined)[];
  readonly rules: (string | null)[];
}

/** By place: looking names up took a tenth of the time of reading facts. */
export const valueOfAt = (found: Found, slot: number): Json | undefined => found.values[slot];

export const numberOfAt = (found: Found, slot: number): number | undefined => {
  const value = found.values[slot];
  return typeof value === 'number' ? value : undefined;
};

export const textOfAt = (found: Found, slot: number): string | undefined => {
  const value = found.values[slot];
  return typeof value === 'string' ? value : undefined;
};

export const valueOf = (found: Found, field: Field): Json | undefined => valueOfAt(found, SLOTS[field]);

export const numberOf = (found: Found, field: Field): number | undefined => numberOfAt(found, SLOTS[field]);

export const textOf = (found: Found, field: Field): string | undefined => textOfAt(found, SLOTS[field]);

export interface FindContext {
  readonly scopeName: string;
  readonly isRoot: boolean;
}

/** Finds fields attribute by attribute, in any order: `begin`, `take` as often as there are attributes, `finish`. */
export interface Finder {
  begin(context: FindContext): void;
  take(entries: readonly Entry[] | undefined, sent: Json | undefined): void;
  /** Null: nothing says GenAI. Else good until the next `begin`. */
  finish(): Found | null;
}

const OPERATION = SLOTS['gen_ai.operation.name'];
/** What a chain is depends on its place. */
const CHAIN = '#chain';
/** A small integer, for short arrays of them. */
const NO_PRIORITY = 1_000_000;

/** May be used again and again, by one at a time. */
export const createFinder = ({ slots }: Compiled): Finder => {
  const values = new Array<Json | undefined>(slots).fill(undefined);
  const rules = new Array<string | null>(slots).fill(null);
  const priorities = new Array<number>(slots).fill(NO_PRIORITY);
  const found: Found = { values, rules };
  const deferred: (readonly [Entry, Json])[] = [];
  let context: FindContext = { scopeName: '', isRoot: false };
  let isGenAi = false;
  let isClean = true;

  const isWanted = ({ priority, slot }: Entry): boolean => priority < (priorities[slot] ?? NO_PRIORITY);

  const accept = (entry: Entry, value: Json): void => {
    const read = entry.read(value);
    if (read === undefined) return;
    isClean = false;
    values[entry.slot] = read;
    rules[entry.slot] = entry.rule;
    priorities[entry.slot] = entry.priority;
  };

  return {
    begin(next) {
      context = next;
      isGenAi = false;
      deferred.length = 0;
      if (isClean) return;
      for (let slot = 0; slot < slots; slot++) {
        values[slot] = undefined;
        rules[slot] = null;
        priorities[slot] = NO_PRIORITY;
      }
      isClean = true;
    },
    take(entries, sent) {
      if (entries === undefined || sent === undefined || sent === null) return;
      let parsed: Json | undefined;
      for (const entry of entries) {
        if (entry.isSpoken !== null && !entry.isSpoken(context.scopeName)) continue;
        if (entry.isTelling) isGenAi = true;
        if (!isWanted(entry)) continue;
        const value = entry.path === null ? sent : valueAt((parsed ??= lenientJson(sent)), entry.path);
        if (value === undefined || value === null) continue;
        if (entry.only === null) accept(entry, value);
        else deferred.push([entry, value]);
      }
    },
    finish() {
      if (!isGenAi) return null;
      if (values[OPERATION] === CHAIN) values[OPERATION] = context.isRoot ? 'invoke_workflow' : 'chain';
      const operation = values[OPERATION];
      for (const [entry, value] of deferred)
        if (typeof operation === 'string' && entry.only?.has(operation) === true && isWanted(entry))
          accept(entry, value);
      return found;
    },
  };
};
