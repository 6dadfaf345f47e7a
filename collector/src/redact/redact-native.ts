import { parseExact } from 'noveum-proto';
import type { Redactor } from 'noveum-proto/redaction';

import { PROJECT_KEYS, type RedactionParts, type RedactRecord } from './record-redaction.js';

type Sent = Readonly<Record<string, unknown>>;
/** What becomes of a field that has its own place in the native form. */
type Treat = (value: unknown, key: string, redactor: Redactor) => unknown;
type Shape = Readonly<Record<string, Treat>>;

const isRecord = (value: unknown): value is Sent =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const asItIs: Treat = (value) => value;

const TIME = /^[\dTZ.:+ -]{1,40}$/i;
/** Ids and times say nothing of anybody; digits of a time can look like a card's number. */
const time: Treat = (value, key, redactor) =>
  typeof value === 'string' && TIME.test(value) ? value : text(value, key, redactor);

/** A value of any shape, by the rule for its key where there is one; undefined: it is left out. */
const any = (value: unknown, key: string, redactor: Redactor): unknown =>
  isRecord(value) ? redactor.attributes(value) : Object.values(redactor.attributes({ [key]: value }) as Sent)[0];

const text: Treat = (value, key, redactor) =>
  typeof value === 'string' ? redactor.text(value, key) : any(value, key, redactor);

/** Fields without a place of their own are attributes, their keys too. */
const shaped = (sent: Sent, shape: Shape, redactor: Redactor): Sent => {
  const entries = Object.entries(sent);
  const placed = entries.filter(([key]) => Object.hasOwn(shape, key));
  const others = Object.fromEntries(entries.filter(([key]) => !Object.hasOwn(shape, key)));
  const treated = placed.map(([key, value]) => [key, (shape[key] as Treat)(value, key, redactor)] as const);
  return { ...Object.fromEntries(treated.filter(([, value]) => value !== undefined)), ...redactor.attributes(others) };
};

const one =
  (shape: Shape): Treat =>
  (value, key, redactor) =>
    isRecord(value) ? shaped(value, shape, redactor) : any(value, key, redactor);

const list =
  (shape: Shape): Treat =>
  (value, key, redactor) =>
    Array.isArray(value) ? value.map((item: unknown) => one(shape)(item, key, redactor)) : any(value, key, redactor);

const OWNER: Shape = { name: text, version: text, schema_url: text, attributes: any };
const EVENT: Shape = { name: text, timestamp: time, time_unix_nano: time, attributes: any };
const LINK: Shape = { trace_id: asItIs, span_id: asItIs, trace_state: text, attributes: any };
const SPAN: Shape = {
  trace_id: asItIs,
  span_id: asItIs,
  parent_span_id: asItIs,
  start_time: time,
  end_time: time,
  start_unix_nano: time,
  end_unix_nano: time,
  name: text,
  kind: text,
  type: text,
  status: text,
  status_message: text,
  trace_state: text,
  attributes: any,
  events: list(EVENT),
  links: list(LINK),
  resource: one(OWNER),
  scope: one(OWNER),
};
const TRACE: Shape = {
  trace_id: asItIs,
  start_time: time,
  end_time: time,
  name: text,
  status: text,
  status_message: text,
  project: text,
  environment: text,
  attributes: any,
  metadata: any,
  events: list(EVENT),
  spans: list(SPAN),
};

/** The names of the project as they were sent. */
const withSentNames = (redacted: Sent, sent: Sent): Sent => {
  const { attributes, project } = sent;
  const named = isRecord(attributes)
    ? PROJECT_KEYS.flatMap((key) => (typeof attributes[key] === 'string' ? [[key, attributes[key]] as const] : []))
    : [];
  return {
    ...redacted,
    ...(project === undefined ? {} : { project }),
    ...(named.length === 0
      ? {}
      : { attributes: { ...(redacted['attributes'] as Sent), ...Object.fromEntries(named) } }),
  };
};

/** Integers beyond 2^53 are written with the digits they came with. */
const exactly = (_name: string, value: unknown): unknown =>
  typeof value === 'bigint' ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(String(value)) : value;

/** Redacts native traces, each by the rules of its project. */
export const createRedactNative =
  ({ redactions, projects }: RedactionParts): RedactRecord =>
  (record, project) => {
    if (project !== null && redactions.of(project) === null) return record;
    const refused = new Set(record.refused);
    const { traces } = parseExact(Buffer.from(record.body).toString('utf8')) as { readonly traces: readonly Sent[] };
    const accepted = traces.filter((_trace, index) => !refused.has(index));
    const found = accepted.map((trace) => redactions.of(project ?? projects.ofNative(trace)));
    if (found.every((redaction) => redaction === null)) return record;
    const redacted = accepted.map((trace, index) => {
      const redaction = found[index] ?? null;
      if (redaction === null) return trace;
      const shown = shaped(trace, TRACE, redaction.redactor);
      return project === null ? withSentNames(shown, trace) : shown;
    });
    return { ...record, refused: [], body: Buffer.from(JSON.stringify({ traces: redacted }, exactly)) };
  };
