/** As much of a span as it takes to put it in its place. */
export interface TreeSpan {
  readonly spanId: string;
  readonly parentId: string | null;
}

/** Where spans stand in their tree, by their places in the list given. */
export interface TreeOrder {
  /** The list's places, depth first. */
  readonly order: readonly number[];
  readonly depths: Int32Array;
  readonly childCounts: Int32Array;
}

const NONE = -1;

/** Sons are linked in their order: of each its eldest, the youngest so far, and the next of the same parent. */
const linkSons = (spans: readonly TreeSpan[]) => {
  const places = new Map<string, number>();
  for (let at = 0; at < spans.length; at++) places.set((spans[at] as TreeSpan).spanId, at);
  const eldest = new Int32Array(spans.length).fill(NONE);
  const youngest = new Int32Array(spans.length).fill(NONE);
  const next = new Int32Array(spans.length).fill(NONE);
  const childCounts = new Int32Array(spans.length);
  const roots: number[] = [];
  for (let at = 0; at < spans.length; at++) {
    const { parentId } = spans[at] as TreeSpan;
    const parent = parentId === null ? undefined : places.get(parentId);
    if (parent === undefined) {
      roots.push(at);
      continue;
    }
    const last = youngest[parent] as number;
    if (last === NONE) eldest[parent] = at;
    else next[last] = at;
    youngest[parent] = at;
    childCounts[parent] = (childCounts[parent] as number) + 1;
  }
  return { roots, eldest, next, childCounts };
};

/**
 * The depth-first order of spans, each before its children and brothers as they are given. A span whose parent is not
 * among them is a root; of spans that are each other's ancestors the first one.
 */
export const treeOrderOf = (spans: readonly TreeSpan[]): TreeOrder => {
  const { childCounts, eldest, next, roots } = linkSons(spans);
  const depths = new Int32Array(spans.length).fill(NONE);
  const order: number[] = [];

  const placeUnder = (root: number): void => {
    const above: number[] = [];
    let at = root;
    while (at !== NONE) {
      const isNew = depths[at] === NONE;
      if (isNew) {
        depths[at] = above.length;
        order.push(at);
      }
      const son = isNew ? (eldest[at] as number) : NONE;
      if (son !== NONE) {
        above.push(at);
        at = son;
        continue;
      }
      while (above.length > 0 && next[at] === NONE) at = above.pop() as number;
      if (above.length === 0) return;
      at = next[at] as number;
    }
  };
  for (const root of roots) placeUnder(root);
  if (order.length < spans.length) for (let at = 0; at < spans.length; at++) if (depths[at] === NONE) placeUnder(at);
  return { order, depths, childCounts };
};
