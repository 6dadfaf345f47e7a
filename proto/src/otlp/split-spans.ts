import { createKnownAttributes, type KnownValue } from './known-attributes.js';
import { createProtoWriter } from './proto-writer.js';
import { createTraceVisitor, type ResourceView, type ScopeView, type SpanView } from './visitor.js';

/** One trace's share of a request. */
export interface TraceSpans {
  /** 32 hex digits in lower case. */
  readonly traceId: string;
  /** Of the resource of its spans. */
  readonly project: string;
  /** A TracesData message: this trace's spans in their order, with their resources and scopes. */
  readonly payload: Uint8Array;
  readonly spanCount: number;
}

interface Part {
  readonly resource: ResourceView;
  readonly scope: ScopeView;
}

/** Consecutive spans of one scope: where each begins and ends, in turn. */
interface Run {
  readonly part: Part;
  readonly bounds: number[];
}

interface Group {
  readonly traceId: string;
  readonly project: string;
  readonly runs: Run[];
}

const CHECKED_BEFORE = { check: false, nesting: 64 };
const TRACE_ID_BYTES = 16;
const TAG_1 = 10;
const TAG_2 = 18;
const TAG_3 = 26;

const hexOf = (bytes: Uint8Array, at: number): string => {
  let hex = '';
  for (let i = at; i < at + TRACE_ID_BYTES; i++) hex += (bytes[i] as number).toString(16).padStart(2, '0');
  return hex;
};

/** One ResourceSpans a run, as the collector lays it out. */
const encodeRuns = (body: Uint8Array, runs: readonly Run[]): Uint8Array => {
  const out = createProtoWriter(1024);
  const copy = (tag: number, offset: number, end: number): void => {
    if (offset < 0) return;
    out.varint(tag);
    out.bytes(body.subarray(offset, end));
  };
  for (const { bounds, part } of runs) {
    const { resource, scope } = part;
    const resourceSpans = out.begin(TAG_1);
    copy(TAG_1, resource.offset, resource.end);
    const scopeSpans = out.begin(TAG_2);
    copy(TAG_1, scope.offset, scope.end);
    for (let at = 0; at < bounds.length; at += 2) copy(TAG_2, bounds[at] as number, bounds[at + 1] as number);
    copy(TAG_3, scope.schemaUrlOffset, scope.schemaUrlEnd);
    out.end(scopeSpans);
    copy(TAG_3, resource.schemaUrlOffset, resource.schemaUrlEnd);
    out.end(resourceSpans);
  }
  return out.take();
};

/**
 * Makes a function that splits an ExportTraceServiceRequest by trace and project, in order of first appearance; the
 * project is told by the values of `resourceKeys`. Spans without ids are left out. Throws MalformedProtobuf.
 */
export const createSpanSplitter = (
  resourceKeys: readonly string[],
  projectOf: (values: readonly KnownValue[]) => string,
) => {
  const visit = createTraceVisitor(createKnownAttributes(resourceKeys));

  return (body: Uint8Array): TraceSpans[] => {
    const groups = new Map<string, Group>();
    let resource: ResourceView | null = null;
    let project = '';
    let part: Part | null = null;

    const take = (view: SpanView, of: Part): void => {
      const traceId = hexOf(body, view.traceIdOffset);
      const place = `${traceId}${project}`;
      let group = groups.get(place);
      if (group === undefined) {
        group = { traceId, project, runs: [] };
        groups.set(place, group);
      }
      const last = group.runs.at(-1);
      if (last?.part === of) last.bounds.push(view.offset, view.end);
      else group.runs.push({ part: of, bounds: [view.offset, view.end] });
    };

    visit(
      body,
      {
        resource(view) {
          resource = { ...view };
          project = projectOf(view.values);
        },
        scope(view) {
          if (resource !== null) part = { resource, scope: { ...view } };
        },
        span(view) {
          if (part !== null && view.traceIdOffset >= 0 && view.spanIdOffset >= 0) take(view, part);
        },
      },
      CHECKED_BEFORE,
    );
    return [...groups.values()].map(({ project: of, runs, traceId }) => ({
      traceId,
      project: of,
      payload: encodeRuns(body, runs),
      spanCount: runs.reduce((sum, { bounds }) => sum + bounds.length / 2, 0),
    }));
  };
};
