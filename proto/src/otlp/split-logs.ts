import { createProtoWriter } from './proto-writer.js';
import { createKnownAttributes, type KnownValue } from './known-attributes.js';
import type { Selected } from './select-spans.js';
import { readEnd, readVarint, skipField, type WireCursor } from './wire.js';
import { type LogRange, type LogResourceView, type LogView, visitLogs } from './log-visitor.js';

/** One trace's share of a logs request. */
export interface TraceLogs {
  /** 32 hex digits in lower case. */
  readonly traceId: string;
  /** A LogsData message: this trace's records with their resources and scopes. */
  readonly payload: Uint8Array;
}

/** Nesting was checked against the configured limit when the bytes came. */
const ANY_NESTING = Number.MAX_SAFE_INTEGER;
const TAG_1 = 10;
const TAG_2 = 18;
const TAG_3 = 26;

/**
 * Splits a LogsData message by trace, in order of first appearance. Records listed in `refused` (indexes in order of
 * appearance) and those without a trace id are left out. Throws MalformedProtobuf for bytes that never passed decode.
 */
export const splitLogs = (body: Uint8Array, refused: readonly number[]): TraceLogs[] => {
  const left = new Set(refused);
  const traces = new Map<string, LogView[]>();
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  visitLogs(body, ANY_NESTING, (view) => {
    if (view.traceIdOffset < 0 || left.has(view.index)) return;
    const traceId = buffer.toString('hex', view.traceIdOffset, view.traceIdOffset + 16);
    const views = traces.get(traceId);
    if (views === undefined) traces.set(traceId, [view]);
    else views.push(view);
  });
  return [...traces].map(([traceId, views]) => ({ traceId, payload: encodeLogsData(body, views) }));
};

/**
 * Makes a function that takes the records out of a logs request that neither are `refused` (indexes in order of
 * appearance) nor hang on an unwanted resource, copying their bytes. Throws MalformedProtobuf as `splitLogs` does.
 */
export const createLogSelector = (resourceKeys: readonly string[]) => {
  const known = createKnownAttributes(resourceKeys);

  const valuesOf = (body: Uint8Array, range: LogRange | null): KnownValue[] => {
    const values = new Array<KnownValue>(known.slots).fill(undefined);
    if (range === null) return values;
    const cursor: WireCursor = { bytes: body, at: range.offset };
    while (cursor.at < range.end) {
      const tag = readVarint(cursor, range.end);
      if (tag === TAG_1) known.read(cursor, readEnd(cursor, range.end), values);
      else skipField(cursor, tag & 7, range.end);
    }
    return values;
  };

  return (
    body: Uint8Array,
    refused: readonly number[],
    isWanted: (values: readonly KnownValue[]) => boolean,
  ): Selected => {
    const left = new Set(refused);
    const views: LogView[] = [];
    let last: { readonly resource: LogResourceView; readonly wanted: boolean } | null = null;
    visitLogs(body, ANY_NESTING, (view) => {
      const { resource } = view.scope;
      if (last?.resource !== resource) last = { resource, wanted: isWanted(valuesOf(body, resource.resource)) };
      if (last.wanted && !left.has(view.index)) views.push(view);
    });
    return { payload: encodeLogsData(body, views), items: views.length };
  };
};

/** Records stay in order, so those of one scope, and scopes of one resource, follow each other. */
const encodeLogsData = (body: Uint8Array, views: readonly LogView[]): Uint8Array => {
  const out = createProtoWriter(1024);
  const copy = (tag: number, range: LogRange | null): void => {
    if (range === null) return;
    out.varint(tag);
    out.bytes(body.subarray(range.offset, range.end));
  };
  let at = 0;
  while (at < views.length) {
    const resource = (views[at] as LogView).scope.resource;
    const resourceLogs = out.begin(TAG_1);
    copy(TAG_1, resource.resource);
    while (at < views.length && views[at]?.scope.resource === resource) {
      const scope = (views[at] as LogView).scope;
      const scopeLogs = out.begin(TAG_2);
      copy(TAG_1, scope.scope);
      for (; views[at]?.scope === scope; at++) copy(TAG_2, views[at] as LogView);
      copy(TAG_3, scope.schemaUrl);
      out.end(scopeLogs);
    }
    copy(TAG_3, resource.schemaUrl);
    out.end(resourceLogs);
  }
  return out.take();
};
