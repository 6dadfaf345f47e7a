import {
  type CallRow,
  type CountedCalls,
  createDerive,
  createSpansPicker,
  documentOf,
  type DocumentReading,
  type Fragment,
  hasCost,
  type OutlineSpan,
  readOutline,
  type SpanDocument,
  toTraceDocument,
  type TraceOutline,
} from 'noveum-proto';

import { TraceTooLarge } from './trace-store.js';
import { createOutlineCache } from './outline-cache.js';

export interface ViewedTrace {
  readonly project: string;
  readonly traceKey: string;
}

/** What is known of a fragment before its payload is read. */
export interface ViewedFragment extends Omit<Fragment, 'payload' | 'project'> {
  /** Of the payload, in bytes. */
  readonly length: number;
  /** Eight bytes a span; null: not known. */
  readonly spanIds: Buffer | null;
}

/** `Site`: a trace where it lies. */
export interface TraceViewsOptions<Site extends ViewedTrace, Stored extends ViewedFragment> {
  /** What the index says now of a trace's fragments. */
  readonly fragmentsAt: (site: Site) => readonly Stored[];
  readonly payloadOf: (site: Site, fragment: Stored) => Promise<Uint8Array>;
  /** A name that no other trace has. */
  readonly nameOf: (site: Site) => string;
  readonly reading: DocumentReading & { readonly maxValueBytes: number };
  /** Of payload that is made documents of at once. */
  readonly maxTraceBytes: number;
  /** Of such a trace the whole document is made, as soon as a span of it is asked for. Default 256 KiB. */
  readonly smallTraceBytes?: number;
}

/** Views of a trace for which its document need not be made. Faults of the disk are thrown. */
export interface TraceViews<Site extends ViewedTrace> {
  /** Null: the trace is gone. Throws TraceTooLarge. */
  outline(site: Site): Promise<TraceOutline | null>;
  /** In the order of the document. Throws TraceTooLarge. */
  spans(site: Site, spanIds: ReadonlySet<string>): Promise<readonly SpanDocument[]>;
  /** To be called now and then: what is not asked for is forgotten. */
  age(): void;
}

const MAX_OUTLINE_SPANS = 100_000;
/** Documents of so much payload are made in a few milliseconds. */
const SMALL_TRACE_BYTES = 256 * 1024;
const OTLP_ID = /^[0-9a-f]{16}$/;

const versionOf = (fragments: readonly ViewedFragment[]): string => {
  const bytes = fragments.reduce((sum, { length }) => sum + length, 0);
  return `${String(fragments.length)} ${String(bytes)} ${String(fragments.at(-1)?.receivedAtMillis ?? 0)}`;
};

const tooLarge = (): never => {
  throw new TraceTooLarge(`the trace is too large for its outline: it may have ${String(MAX_OUTLINE_SPANS)} spans`);
};

/** Whether a fragment may hold one of these spans. */
const holding = (spanIds: ReadonlySet<string>) => {
  const wanted = [...spanIds].filter((id) => OTLP_ID.test(id)).map((id) => Buffer.from(id, 'hex'));
  return ({ spanIds: held }: ViewedFragment): boolean => held === null || wanted.some((id) => held.includes(id));
};

/** Which calls count, as the outline of the whole trace says. */
const countedBy =
  (outline: TraceOutline) =>
  (rows: readonly CallRow[]): CountedCalls => {
    const where = (counts: (span: OutlineSpan, row: CallRow) => boolean): ReadonlySet<CallRow> =>
      new Set(
        rows.filter((row) => {
          const span = outline.rowOf(row.spanId);
          return span !== null && counts(span, row);
        }),
      );
    return {
      usage: where((span) => span.usage_counts),
      cost: where((span, row) => span.cost_counts && hasCost(row)),
      unpriced: where((span, row) => span.cost_counts && !hasCost(row)),
    };
  };

export const createTraceViews = <Site extends ViewedTrace, Stored extends ViewedFragment>(
  options: TraceViewsOptions<Site, Stored>,
): TraceViews<Site> => {
  const { fragmentsAt, maxTraceBytes, nameOf, payloadOf, reading, smallTraceBytes = SMALL_TRACE_BYTES } = options;
  const { maxValueBytes, prices = null } = reading;
  const cache = createOutlineCache();

  const sourceOf = (site: Site, stored: readonly Stored[]) =>
    async function* (): AsyncGenerator<Fragment> {
      for (const fragment of stored)
        yield { ...fragment, project: site.project, payload: await payloadOf(site, fragment) };
    };

  const outlineFrom = async (site: Site, stored: readonly Stored[]): Promise<TraceOutline | null> => {
    const place = nameOf(site);
    const version = versionOf(stored);
    const held = cache.get(place, version);
    if (held !== null) return held;
    const { traceKey } = site;
    const limits = { maxValueBytes, maxSpans: MAX_OUTLINE_SPANS, maxPickedBytes: maxTraceBytes };
    const outline = await readOutline(sourceOf(site, stored), { traceKey, prices, ...limits });
    if (outline === 'too-large') return tooLarge();
    if (outline !== null) cache.keep(place, version, outline);
    return outline;
  };

  const wholeSpans = async (site: Site, stored: readonly Stored[]): Promise<readonly SpanDocument[]> => {
    const fragments: Fragment[] = [];
    for await (const fragment of sourceOf(site, stored)()) fragments.push(fragment);
    return documentOf(fragments, reading)?.spans ?? [];
  };

  const pickSpans = async (
    site: Site,
    stored: readonly Stored[],
    spanIds: ReadonlySet<string>,
  ): Promise<readonly SpanDocument[]> => {
    const outline = await outlineFrom(site, stored);
    if (outline === null) return [];
    const pick = createSpansPicker(spanIds);
    const mayHold = holding(spanIds);
    const picked: Fragment[] = [];
    for await (const fragment of sourceOf(site, stored.filter(mayHold))()) {
      const part = pick(fragment);
      if (part !== null) picked.push(part);
    }
    const derive = createDerive(prices, countedBy(outline));
    const document = toTraceDocument(picked, {
      maxValueBytes,
      derive: (spans) =>
        derive(
          spans.filter((span) => spanIds.has(span.span_id)),
          [],
        ),
    });
    return document?.spans ?? [];
  };

  return {
    outline: (site) => outlineFrom(site, fragmentsAt(site)),
    async spans(site, spanIds) {
      const stored = fragmentsAt(site);
      const bytes = stored.reduce((sum, { length }) => sum + length, 0);
      // Log records may speak for any span of their trace.
      const isWhole = bytes <= smallTraceBytes || stored.some(({ kind }) => kind === 'otlp-logs');
      if (!isWhole) return pickSpans(site, stored, spanIds);
      if (bytes > maxTraceBytes) return tooLarge();
      return (await wholeSpans(site, stored)).filter((span) => spanIds.has(span.span_id));
    },
    age() {
      cache.age();
    },
  };
};
