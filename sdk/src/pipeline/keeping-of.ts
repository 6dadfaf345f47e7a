import { createKnownAttributes } from 'noveum-proto/otlp';

import type { Clock, ExportBatch } from '../exporters/index.js';
import { createKeepRule, type TracePart } from '../keep-rule/index.js';
import type { Ledger } from '../ledger/index.js';
import type { Keeping } from './pipeline.js';
import type { PipelineSettings } from './settings/index.js';
import { rewriteRequest, type SpanFacts, type SpanRecord, spansOf, splitSpans } from 'noveum-proto/records';
import { createRatioTest, SAMPLE_WEIGHT, weightOfRatio } from '../sampler/index.js';

const SAMPLED = 1;
const ERROR = 2;
const NANOS_A_MILLI = 1e6;
/** Whatever the sampler has let go. */
const OF_ITSELF = 0;
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

/**
 * Says at the root how many traces a kept one stands for: one that the rule names for itself, since all of those are kept;
 * one of the ratio for so many as it or the sampler's ratio has let go.
 */
const weighed = (part: TracePart, ratioWeight: number): ExportBatch => {
  const { request, rootSpanId, spanCount } = part;
  if (rootSpanId === undefined) return part;
  const weigh = (record: SpanRecord): undefined => {
    if (record.spanId !== rootSpanId) return;
    const ofSampler = record.attribute(SAMPLE_WEIGHT);
    // Both test the same bits of the trace id: what the smaller ratio passes, the larger one passes too.
    const weight = ratioWeight === OF_ITSELF ? 1 : Math.max(ratioWeight, typeof ofSampler === 'number' ? ofSampler : 1);
    if (weight !== 1) record.setAttribute(SAMPLE_WEIGHT, weight);
    else if (ofSampler !== undefined) record.removeAttribute(SAMPLE_WEIGHT);
  };
  return { request: rewriteRequest(request, { span: [weigh] }).request, spanCount };
};

/** The keep-rule over batches; undefined where none is asked for. What it holds is redacted, and within its bytes. */
export const keepingOf = ({ keep }: PipelineSettings, clock: Clock, ledger: Ledger): Keeping | undefined => {
  if (keep === null) return undefined;
  const ofRatio = weightOfRatio(keep.ratio);
  let kept: ExportBatch[] = [];
  const rule = createKeepRule({
    ...keep,
    isKeptByRatio: createRatioTest(keep.ratio),
    onKept: (part, by) => void kept.push(weighed(part, by === 'rule' ? OF_ITSELF : ofRatio)),
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
          rootSpanId: root?.spanId,
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
