import type { OutlineSpan } from './outline-span.js';

export interface PathPart {
  readonly span: OutlineSpan;
  /** Of the path's time, that which passed in this span and in none below it. */
  readonly millis: number;
}

export interface CriticalPath {
  /** In no order; together with `idleMillis` they are as long as the trace. */
  readonly parts: readonly PathPart[];
  /** When no root was at work. */
  readonly idleMillis: number;
}

interface Node {
  readonly span: OutlineSpan | null;
  readonly start: number;
  readonly end: number;
  readonly children: Node[];
}

const NANOS_PER_MILLI = 1e6;

/** A tree of times, in milliseconds since the first start, under a root of our own. */
const treeOf = (outline: readonly OutlineSpan[]): Node => {
  const starts = outline.map((span) => BigInt(span.start_unix_nano));
  const first = starts.reduce((least, start) => (start < least ? start : least), starts[0] ?? 0n);
  const roots: Node[] = [];
  const above: Node[] = [];
  let end = 0;
  outline.forEach((span, at) => {
    const start = Number((starts[at] ?? first) - first) / NANOS_PER_MILLI;
    const node: Node = { span, start, end: start + (span.duration_ms ?? 0), children: [] };
    end = Math.max(end, node.end);
    (span.depth === 0 ? roots : (above[span.depth - 1]?.children ?? roots)).push(node);
    above[span.depth] = node;
  });
  return { span: null, start: 0, end, children: roots };
};

/**
 * The chain of spans that made a trace as long as it is: from its end backwards, always the child that ended last
 * before the one that was looked at began. `outline`: in tree order.
 */
export const criticalPathOf = (outline: readonly OutlineSpan[]): CriticalPath => {
  const root = treeOf(outline);
  const parts: PathPart[] = [];
  let idleMillis = 0;
  const waiting: { readonly node: Node; readonly from: number; readonly until: number }[] = [
    { node: root, from: root.start, until: root.end },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { from, node } = next;
    let until = next.until;
    let own = 0;
    for (const child of node.children.sort((a, b) => b.end - a.end)) {
      const end = Math.min(child.end, until);
      const start = Math.max(child.start, from);
      if (start >= end) continue;
      own += until - end;
      waiting.push({ node: child, from: start, until: end });
      until = start;
    }
    own += until - from;
    if (node.span === null) idleMillis = own;
    else if (own > 0) parts.push({ span: node.span, millis: own });
  }
  return { parts, idleMillis };
};
