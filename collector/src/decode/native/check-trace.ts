import type { DecodeLimits, Problem } from '../decoded.js';
import {
  firstProblem,
  id,
  isObject,
  type JsonObject,
  object,
  objects,
  oneOf,
  optional,
  required,
  text,
  textUpTo,
  time,
} from './field-rules.js';
import { nestsDeeperThan } from './nesting.js';
import { checkHierarchy } from './span-hierarchy.js';

export type CheckedTrace =
  | {
      readonly status: 'good';
      /** As sent; else the one its spans name; null: to be made. */
      readonly traceId: string | null;
      readonly idSent: boolean;
      readonly spanCount: number;
      readonly spansWithManyAttributes: number;
    }
  | { readonly status: 'bad'; readonly problem: Problem; readonly traceId: string | null };

export type CheckTrace = (trace: unknown) => CheckedTrace;

const STATUSES = ['ok', 'error', 'unset', 'timeout', 'cancelled'];

const attributeCount = (span: JsonObject): number =>
  isObject(span['attributes']) ? Object.keys(span['attributes']).length : 0;

const sentId = (object: JsonObject | undefined): string | null => {
  const value = object?.['trace_id'];
  return typeof value === 'string' && value !== '' ? value : null;
};

/** The rules of a native trace (what the published SDKs send), once for all traces of a decoder. */
export const createCheckTrace = (limits: DecodeLimits): CheckTrace => {
  const name = required(textUpTo(limits.spanNameBytes, 'span_name_too_long'));
  const traceRules = [
    ['trace_id', optional(id)],
    ['name', name],
    ['start_time', required(time)],
    ['end_time', optional(time)],
    ['status', optional(oneOf(STATUSES))],
    ['attributes', optional(object)],
    ['metadata', optional(object)],
    ['events', optional(objects)],
    ['sdk', optional(object)],
    ['project', optional(text)],
    ['environment', optional(text)],
    ['spans', optional(objects)],
  ] as const;
  const spanRules = [
    ['span_id', required(id)],
    ['name', name],
    ['start_time', required(time)],
    ['end_time', optional(time)],
    ['trace_id', optional(id)],
    ['parent_span_id', optional(id)],
    ['status', optional(oneOf(STATUSES))],
    ['status_message', optional(text)],
    ['attributes', optional(object)],
    ['events', optional(objects)],
    ['links', optional(objects)],
  ] as const;

  const checkSpans = (spans: readonly JsonObject[]): Problem | null => {
    for (let index = 0; index < spans.length; index++) {
      const problem = firstProblem(spans[index] as JsonObject, spanRules, `spans[${String(index)}].`);
      if (problem !== null) return problem;
    }
    return null;
  };

  return (trace) => {
    if (!isObject(trace)) return { status: 'bad', problem: object(trace, 'trace') as Problem, traceId: null };
    const own = sentId(trace);
    if (nestsDeeperThan(trace, limits.nesting)) {
      const issue = `must not nest deeper than ${String(limits.nesting)} levels`;
      return { status: 'bad', problem: { field: 'trace', issue, kind: 'nested_too_deep' }, traceId: own };
    }
    let problem = firstProblem(trace, traceRules, '');
    if (problem !== null) return { status: 'bad', problem, traceId: own };
    const spans = (trace['spans'] ?? []) as readonly JsonObject[];
    const traceId = own ?? sentId(spans.find((span) => sentId(span) !== null));
    problem = checkSpans(spans) ?? checkHierarchy(spans, traceId);
    if (problem !== null) return { status: 'bad', problem, traceId: own };
    let spansWithManyAttributes = 0;
    for (const span of spans) if (attributeCount(span) > limits.attributesPerSpan) spansWithManyAttributes++;
    return { status: 'good', traceId, idSent: own !== null, spanCount: spans.length, spansWithManyAttributes };
  };
};
