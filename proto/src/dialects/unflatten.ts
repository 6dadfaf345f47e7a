import type { Attributes, Json } from '../document/index.js';

const INDEX = /^\d+$/;

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

/** The list that attributes beginning with a prefix and an index spell; undefined where there are none. */
export const unflatten = (attributes: Attributes, prefix: string): Json | undefined => {
  let root: Branch | undefined;
  for (const key in attributes) {
    if (!key.startsWith(prefix)) continue;
    const value = attributes[key];
    const path = key.slice(prefix.length).split('.');
    if (value !== undefined && INDEX.test(path[0] ?? '')) put((root ??= new Map<string, Branch | Json>()), path, value);
  }
  return root === undefined ? undefined : settle(root);
};
