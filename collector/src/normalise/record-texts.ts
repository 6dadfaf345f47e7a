import {
  createKnownAttributes,
  createOtlpTextReader,
  createTraceVisitor,
  documentTexts,
  type Fragment,
  type KnownValue,
  type SpanText,
  toTraceDocument,
  traceKey,
} from 'noveum-proto';

import type { JournalRecord } from '../journal/index.js';
import { logFragments } from './log-fragments.js';
import { nativeFragments } from './native-fragments.js';
import { senderProject } from './sender-project.js';

/** The texts that a request brought of one trace, under the project where the store has it. */
export interface RecordTexts {
  readonly project: string;
  readonly traceKey: string;
  readonly startUnixNano: bigint;
  readonly texts: readonly SpanText[];
}

const CHECKED_ON_ARRIVAL = { check: false, nesting: 64 };
const TRACE_ID_BYTES = 16;

interface OpenTexts extends RecordTexts {
  startUnixNano: bigint;
  readonly texts: SpanText[];
}

const visit = createTraceVisitor(createKnownAttributes(['noveum.project', 'openinference.project.name']));
const readSpanTexts = createOtlpTextReader();

const projectOf = (values: readonly KnownValue[]): string => senderProject(values[0], values[1]);

const isSameId = (body: Uint8Array, a: number, b: number): boolean => {
  for (let at = TRACE_ID_BYTES - 1; at >= 0; at--) if (body[a + at] !== body[b + at]) return false;
  return true;
};

/** Of an ExportTraceServiceRequest, or of the TracesData that a store keeps, read where it lies. */
const otlpTexts = ({ body: sent, project: given, refused: refusedSpans }: JournalRecord): RecordTexts[] => {
  const body = Buffer.from(sent.buffer, sent.byteOffset, sent.byteLength);
  const refused = refusedSpans.length === 0 ? null : new Set(refusedSpans);
  const byPlace = new Map<string, OpenTexts>();
  let project = given ?? projectOf([]);
  let last: OpenTexts | null = null;
  let lastId = 0;

  const textsAt = (idOffset: number): OpenTexts => {
    if (last !== null && isSameId(body, idOffset, lastId)) return last;
    const hex = body.toString('hex', idOffset, idOffset + TRACE_ID_BYTES);
    const place = `${hex}${project}`;
    let texts = byPlace.get(place);
    if (texts === undefined) {
      texts = { project, traceKey: traceKey(hex), startUnixNano: 0n, texts: [] };
      byPlace.set(place, texts);
    }
    last = texts;
    lastId = idOffset;
    return texts;
  };

  visit(
    body,
    {
      resource({ values }) {
        if (given !== null) return;
        project = projectOf(values);
        last = null;
      },
      span(view) {
        if (view.traceIdOffset < 0 || view.spanIdOffset < 0 || refused?.has(view.index) === true) return;
        const ofTrace = textsAt(view.traceIdOffset);
        const start = (BigInt(view.startHigh) << 32n) | BigInt(view.startLow);
        if (ofTrace.texts.length === 0 || start < ofTrace.startUnixNano) ofTrace.startUnixNano = start;
        for (const text of readSpanTexts(body, view.offset, view.end)) ofTrace.texts.push(text);
      },
    },
    CHECKED_ON_ARRIVAL,
  );
  return [...byPlace.values()];
};

/** Those that come seldom are read whole. */
const fragmentTexts = (record: JournalRecord): RecordTexts[] =>
  (record.format === 'native' ? nativeFragments(record) : logFragments(record)).flatMap((fragment) => {
    const document = toTraceDocument([fragment], {});
    if (document === null) return [];
    const { project, traceKey: key } = fragment;
    return [
      { project, traceKey: key, startUnixNano: BigInt(document.start_unix_nano), texts: documentTexts(document) },
    ];
  });

/** What a request adds to the texts of traces. Throws where the body never passed decode. */
export const textsOfRecord = (record: JournalRecord): RecordTexts[] =>
  record.format === 'otlp-traces' ? otlpTexts(record) : fragmentTexts(record);

/** The texts of a fragment as a store keeps it. */
export const textsOfFragment = (fragment: Fragment): readonly SpanText[] => {
  if (fragment.kind !== 'otlp-spans') {
    const document = toTraceDocument([fragment], {});
    return document === null ? [] : documentTexts(document);
  }
  const texts: SpanText[] = [];
  visit(
    fragment.payload,
    {
      span({ end, offset }) {
        for (const text of readSpanTexts(fragment.payload, offset, end)) texts.push(text);
      },
    },
    CHECKED_ON_ARRIVAL,
  );
  return texts;
};
