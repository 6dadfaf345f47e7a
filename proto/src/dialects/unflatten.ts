import type { Attributes, Json } from '../document/index.js';

const INDEX = /^\d+$/;
/** A dot before an index, the first of the name. */
const INDEXED = /\.(?=\d+(?:\.|$))/;

type Branch = Map<string, Branch | Json>;

const isBranch = (value: Branch | Json | undefined): value is Branch => value instanceof Map;

const put = (root: Branch, path: readonly string[], value: Json): void => {
  let at = root;
  for (const name of path.slice(0, -1)) {
    let next = at.get(name);
    if (!isBranch(next)) {
      next = new Map<string, Branch | Json>();
      at.set(name, next);
    }
    at = next;
  }
  const leaf = path.at(-1) ?? '';
  if (!at.has(leaf)) at.set(leaf, value);
};

/** Indexed names are a list in numeric order, holes left out; all others a record. */
const settle = (branch: Branch): Json => {
  const entries = [...branch].map(([name, value]): [string, Json] => [name, isBranch(value) ? settle(value) : value]);
  if (entries.length === 0 || !entries.every(([name]) => INDEX.test(name))) return Object.fromEntries(entries);
  return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value);
};

/** Attributes with an index in their names, by what stands before the first one: `a.b.0.c` by `a.b.`. */
export type Indexed = ReadonlyMap<string, (readonly [path: string, Json])[]>;

export const indexedOf = (attributes: Attributes): Indexed => {
  const groups = new Map<string, (readonly [path: string, Json])[]>();
  for (const key in attributes) {
    const dot = key.search(INDEXED);
    const value = attributes[key];
    if (dot < 0 || value === undefined) continue;
    const prefix = key.slice(0, dot + 1);
    const told = [key.slice(dot + 1), value] as const;
    const group = groups.get(prefix);
    if (group === undefined) groups.set(prefix, [told]);
    else group.push(told);
  }
  return groups;
};

/** The list that indexed attributes spell; undefined where none begins so. */
export const unflatten = (indexed: Indexed, prefix: string): Json | undefined => {
  const group = indexed.get(prefix);
  if (group === undefined) return undefined;
  const root: Branch = new Map();
  for (const [path, value] of group) put(root, path.split('.'), value);
  return settle(root);
};
