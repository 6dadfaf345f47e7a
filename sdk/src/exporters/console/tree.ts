import type { SpanDocument, TraceDocument } from 'noveum-proto/document';

import { shownSpan, shownTrace, type Style } from './shown.js';

const MAX_SPANS = 200;

interface Branch {
  readonly span: SpanDocument;
  readonly indent: string;
  readonly isLast: boolean;
}

const branches = (spans: readonly SpanDocument[], indent: string): Branch[] =>
  spans.map((span, at) => ({ span, indent, isLast: at === spans.length - 1 })).reverse();

/** Spans under their parents, in the order of their starts; at most 200 of them. */
export const treeOf = (trace: TraceDocument, style: Style): string => {
  const ids = new Set(trace.spans.map((span) => span.span_id));
  const children = new Map<string | null, SpanDocument[]>();
  for (const span of trace.spans) {
    const parent = span.parent_span_id !== null && ids.has(span.parent_span_id) ? span.parent_span_id : null;
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const lines = [shownTrace(trace, style)];
  const stack = branches(children.get(null) ?? [], '');
  let shown = 0;
  for (let next = stack.pop(); next !== undefined && shown < MAX_SPANS; next = stack.pop()) {
    const { span, indent, isLast } = next;
    lines.push(`${indent}${style.faint(isLast ? '└─' : '├─')} ${shownSpan(span, style)}`);
    stack.push(...branches(children.get(span.span_id) ?? [], `${indent}${isLast ? '   ' : `${style.faint('│')}  `}`));
    shown++;
  }
  const rest = trace.spans.length - shown;
  return `${[...lines, ...(rest > 0 ? [style.faint(`… and ${String(rest)} more`)] : [])].join('\n')}\n`;
};
