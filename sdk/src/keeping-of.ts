import { createKnownAttributes } from 'noveum-proto';

import type { Clock, ExportBatch } from './exporters/index.js';
import { createKeepRule } from './keep-rule/index.js';
import type { Ledger } from './ledger/index.js';
import type { Keeping } from './pipeline.js';
import type { PipelineSettings } from './pipeline-settings.js';
import { type SpanFacts, spansOf, splitSpans } from 'noveum-proto/records';
import { createRatioTest } from './sampler/index.js';

const SAMPLED = 1;
const ERROR = 2;
const NANOS_A_MILLI = 1e6;
const cost = createKnownAttributes(['llm.cost']);

const millisOf = ({ startUnixNano, endUnixNano }: SpanFacts): number =>
  Number(endUnixNano - startUnixNano) / NANOS_A_MILLI;

const costOf = ({ values: [value] }: SpanFacts): number => (typeof value === 'number' ? value : 0);

const byTrace = (spans: readonly SpanFacts[]): ReadonlyMap<string, readonly SpanFacts[]> => {
  const traces = new Map<string, SpanFacts[]>();
  for (const span of spans) {
    const ofTrace = traces.get(span.traceId);
    if (ofTrace === undefined) traces.set(span.traceId, [span]);
    else ofTrace.push(span);
  }
  return traces;
};

/** Requests one after the other are one request: a protobuf message's repeated fields add up. */
const joined = (parts: readonly ExportBatch[]): ExportBatch | undefined => {
  if (parts.length <= 1) return parts[0];
  const request = new Uint8Array(parts.reduce((bytes, part) => bytes + part.request.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    request.set(part.request, at);
    at += part.request.byteLength;
  }
  return { request, spanCount: parts.reduce((sum, { spanCount }) => sum + spanCount, 0) };
};

/** The keep-rule over batches; undefined where none is asked for. What it holds is redacted, and within its bytes. */
export const keepingOf = ({ keep }: PipelineSettings, clock: Clock, ledger: Ledger): Keeping | undefined => {
  if (keep === null) return undefined;
  let kept: ExportBatch[] = [];
  const rule = createKeepRule({
    ...keep,
    isKeptByRatio: createRatioTest(keep.ratio),
    onKept: (part) => void kept.push(part),
    onDropped: (spans, reason) => ledger.dropped(spans, reason),
  });

  const takeKept = (): ExportBatch | undefined => {
    const batch = joined(kept);
    kept = [];
    return batch;
  };

  return {
    take({ request }) {
      const all = spansOf(request, cost);
      const traces = byTrace(all);
      const parts = splitSpans(request, (index) => all[index]?.traceId);
      for (const [traceId, part] of parts) {
        const spans = traces.get(traceId) ?? [];
        const root = spans.find(({ isLocalRoot }) => isLocalRoot);
        const facts = {
          traceId,
          isSampled: spans.some(({ flags }) => (flags & SAMPLED) !== 0),
          hasError: spans.some(({ statusCode }) => statusCode === ERROR),
          costUsd: spans.reduce((sum, span) => sum + costOf(span), 0),
          rootDurationMillis: root === undefined ? undefined : millisOf(root),
        };
        rule.take({ ...part, ...facts }, clock.monotonicMillis());
      }
      return takeKept();
    },
    decideOld() {
      rule.decideOld(clock.monotonicMillis());
      return takeKept();
    },
    decideAll() {
      rule.decideAll();
      return takeKept();
    },
  };
};
