import { sentAttributes } from './derive.js';
import { differing } from './differing.js';
import { isLog } from './otlp-logs.js';
import { nanosOfIso } from './time.js';
import type { Attributes, Json, TraceDocument } from './types.js';

/** The trace-level fields of one native submission, `spans` left out; times and events as the document shows them. */
export interface TraceHead {
  readonly holdsRoot: boolean;
  readonly fields: Attributes;
  /** `types` and `cut` of the fields. */
  readonly notes: Attributes;
}

/** Decimal nanoseconds; empty: not ended. */
export const endOfHead = ({ fields }: TraceHead): string => {
  const end = typeof fields.end_time === 'string' ? nanosOfIso(fields.end_time) : null;
  return end === null ? '' : String(end);
};

type Shown = Omit<TraceDocument, 'noveum'>;

/** The document's own share of `noveum` left out, and the events that came as logs. */
const shownFields = ({ events, ...shown }: Shown): object => {
  const { spans: _spans, ...rest } = { ...shown, noveum: undefined, events: events.filter((event) => !isLog(event)) };
  return rest;
};

/** What a document notes of its head, so that with what it shows the head can be told from it. */
export const noteHead = (head: TraceHead, shown: Shown): Attributes => {
  const sent = differing(head.fields, shownFields(shown));
  const asSent = Object.keys(head.fields).filter((name) => !Object.hasOwn(sent, name));
  return {
    ...(Object.keys(sent).length === 0 ? {} : { sent }),
    as_sent: asSent.sort(),
    holds_root: head.holdsRoot,
    ...head.notes,
  };
};

/** The head that `noteHead` noted; null where the document has none. */
export const headOfDocument = ({ noveum, ...shown }: TraceDocument): TraceHead | null => {
  const { sent, as_sent: asSent, holds_root: holdsRoot, key_environment: _key, derived: _derived, ...notes } = noveum;
  if (!Array.isArray(asSent)) return null;
  const attributes = sentAttributes({ attributes: shown.attributes, noveum });
  const fields = shownFields({ ...shown, attributes }) as Attributes;
  const unchanged = (asSent as readonly string[]).map((name) => [name, fields[name] ?? null] as const);
  return {
    holdsRoot: holdsRoot === true,
    fields: { ...Object.fromEntries<Json>(unchanged), ...(sent as Attributes | undefined) },
    notes,
  };
};
