/** As much of a span as it takes to put it in its place. */
export interface TreeSpan {
  readonly spanId: string;
  readonly parentId: string | null;
}

export interface Placed<T> {
  readonly span: T;
  readonly depth: number;
  readonly childCount: number;
}

/**
 * Spans depth first, each before its children and brothers in the order given. A span whose parent is not among them
 * is a root; of spans that are each other's ancestors the first one.
 */
export const inTreeOrder = <T extends TreeSpan>(spans: readonly T[]): Placed<T>[] => {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const childrenOf = new Map<string, T[]>();
  const roots: T[] = [];
  for (const span of spans) {
    if (span.parentId === null || !ids.has(span.parentId)) {
      roots.push(span);
      continue;
    }
    const brothers = childrenOf.get(span.parentId);
    if (brothers === undefined) childrenOf.set(span.parentId, [span]);
    else brothers.push(span);
  }

  const placed: Placed<T>[] = [];
  const seen = new Set<string>();
  const placeUnder = (root: T): void => {
    const waiting: { readonly span: T; readonly depth: number }[] = [{ span: root, depth: 0 }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { depth, span } = next;
      if (seen.has(span.spanId)) continue;
      seen.add(span.spanId);
      const children = childrenOf.get(span.spanId) ?? [];
      placed.push({ span, depth, childCount: children.length });
      for (let at = children.length - 1; at >= 0; at--) waiting.push({ span: children[at] as T, depth: depth + 1 });
    }
  };
  for (const root of roots) placeUnder(root);
  if (placed.length < spans.length) for (const span of spans) if (!seen.has(span.spanId)) placeUnder(span);
  return placed;
};
