import fc from 'fast-check';

import { logs } from '../../test/otlp-arbitraries.js';
import { referenceLogs } from '../../test/otlp-reference.js';
import { MalformedProtobuf, splitLogs, visitLogs } from './index.js';

interface LogsData {
  resourceLogs?: {
    resource?: unknown;
    schemaUrl?: string;
    scopeLogs?: { scope?: unknown; schemaUrl?: string; logRecords?: { traceId: Buffer }[] }[];
  }[];
}

/** Each record with all it hangs on, as text. */
const flatten = (data: LogsData): { readonly traceId: string; readonly text: string }[] =>
  (data.resourceLogs ?? []).flatMap(({ resource = {}, schemaUrl, scopeLogs = [] }) =>
    scopeLogs.flatMap((scopeLog) =>
      (scopeLog.logRecords ?? []).map((record) => ({
        traceId: Buffer.from(record.traceId).toString('hex'),
        text: JSON.stringify([resource, schemaUrl, scopeLog.scope ?? {}, scopeLog.schemaUrl, record]),
      })),
    ),
  );

test('splitting by trace keeps every record with its resource and scope', () => {
  fc.assert(
    fc.property(logs, (message) => {
      const bytes = referenceLogs.encode(message);
      const all = flatten(referenceLogs.decodeToObject(bytes));
      for (const { traceId, payload } of splitLogs(bytes, [])) {
        expect(flatten(referenceLogs.decodeToObject(payload))).toEqual(
          all.filter((record) => record.traceId === traceId),
        );
      }
      expect(splitLogs(bytes, []).map((trace) => trace.traceId)).toEqual([
        ...new Set(all.map((record) => record.traceId)),
      ]);
    }),
    { numRuns: 300 },
  );
});

test('refused records are left out', () => {
  const record = { traceId: new Uint8Array(16).fill(1) };
  const bytes = referenceLogs.encode({ resourceLogs: [{ scopeLogs: [{ logRecords: [record, record, record] }] }] });
  const [trace] = splitLogs(bytes, [0, 2]);
  expect(flatten(referenceLogs.decodeToObject(trace?.payload ?? new Uint8Array()))).toHaveLength(1);
});

test('any bytes are walked or malformed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        visitLogs(bytes, 64, () => undefined);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedProtobuf);
      }
    }),
  );
});
