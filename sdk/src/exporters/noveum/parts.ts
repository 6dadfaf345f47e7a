import type { NativeTraceJson } from 'noveum-proto/document';

import { cutLargest } from './cut-largest.js';

/** Traces, or parts of one, that go in one request. */
export type Group = readonly [NativeTraceJson, ...NativeTraceJson[]];

export const spansIn = (group: readonly NativeTraceJson[]): number =>
  group.reduce((sum, { spans }) => sum + spans.length, 0);

const isGroup = (traces: readonly NativeTraceJson[]): traces is Group => traces.length > 0;

/**
 * What to send in place of a group that is too large: its halves, down to one span, then that span with less in it.
 * Empty: nothing is left to be taken away. Parts of a trace may come in any order: the collector joins them.
 */
export const smaller = (group: Group): readonly Group[] => {
  const [trace] = group;
  if (group.length > 1) {
    const half = Math.ceil(group.length / 2);
    const halves: readonly (readonly NativeTraceJson[])[] = [group.slice(0, half), group.slice(half)];
    return halves.filter(isGroup);
  }
  const { spans } = trace;
  if (spans.length > 1) {
    const half = Math.ceil(spans.length / 2);
    return [spans.slice(0, half), spans.slice(half)].map((part): Group => [{ ...trace, spans: part }]);
  }
  const cut = spans[0] === undefined ? null : cutLargest(spans[0]);
  return cut === null ? [] : [[{ ...trace, spans: [cut] }]];
};
