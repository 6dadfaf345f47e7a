import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';

import { summaryOf, type TraceDocument } from 'noveum-proto';

import type { Files } from '../../../src/files/index.js';
import type { JournalRecord } from '../../../src/journal/index.js';
import { createRecordSplitter, fragmentsOf } from '../../../src/normalise/index.js';
import { query } from '../../../src/store/contract/index.js';
import { openEmbeddedReader } from '../../../src/store/embedded/index.js';
import type { TraceReader } from '../../../src/store/index.js';
import { createMemoryTraceStore } from '../../../src/store/memory/index.js';
import { COMMIT_BYTES, EXPIRING_PROJECT } from './requests.js';

const PROJECTS = ['shop', 'other'];
const NANOS_PER_HOUR = 3_600_000_000_000n;

const demandEqual = (found: unknown, expected: unknown, what: string): void => {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Error(`${what} are ${JSON.stringify(found)}, and not ${JSON.stringify(expected)}`);
};

const documentsIn = async (reader: TraceReader, project: string): Promise<readonly TraceDocument[]> => {
  const filter = { ...query().filter, project };
  const { traces, total } = await reader.find(query({ filter, limit: 1000, count: 'exact' }));
  if (total !== traces.length) throw new Error(`${String(total)} traces are counted, ${String(traces.length)} shown`);
  const documents: TraceDocument[] = [];
  for (const summary of traces) {
    const document = await reader.get(project, summary.trace_key);
    if (document === null) throw new Error(`trace ${summary.trace_key} is listed and can't be read`);
    demandEqual(summary, summaryOf(document), `what a list says of trace ${summary.trace_key}`);
    documents.push(document);
  }
  return documents;
};

type HourSums = readonly [traces: number, spans: number, failedTraces: number, durationMicros: number];

const NOTHING: HourSums = [0, 0, 0, 0];
const plus = (a: HourSums, b: HourSums): HourSums => [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];

const sumsByHour = (parts: readonly (readonly [hour: string, sums: HourSums])[]): readonly unknown[] => {
  const sums = new Map<string, HourSums>();
  for (const [hour, part] of parts) sums.set(hour, plus(sums.get(hour) ?? NOTHING, part));
  return [...sums].filter(([, [traces]]) => traces !== 0).toSorted(([a], [b]) => (a < b ? -1 : 1));
};

const hoursOf = (documents: readonly TraceDocument[]): readonly unknown[] =>
  sumsByHour(
    documents.map((document) => [
      `${document.project} ${String(BigInt(document.start_unix_nano) / NANOS_PER_HOUR)}`,
      [1, document.span_count, document.error_count > 0 ? 1 : 0, Math.round((document.duration_ms ?? 0) * 1000)],
    ]),
  );

/** No door shows the roll-ups yet. */
const hoursIn = (directory: string): readonly unknown[] =>
  sumsByHour(
    readdirSync(directory)
      .filter((name) => name.endsWith('.sqlite'))
      .flatMap((name) => {
        const database = new DatabaseSync(join(directory, name), { readOnly: true });
        const rows = database.prepare('SELECT r.*, p.name FROM rollup r JOIN project p ON p.id = r.project').all();
        database.close();
        return rows as Record<'traces' | 'spans' | 'errors' | 'duration_us' | 'hour' | 'name', number | string>[];
      })
      .filter(({ name }) => name !== EXPIRING_PROJECT)
      .map(({ name, hour, traces, spans, errors, duration_us }) => [
        `${name} ${hour}`,
        [Number(traces), Number(spans), Number(errors), Number(duration_us)],
      ]),
  );

/** The store has all of `kept`, once: documents, lists, counters of usage and roll-ups are as if it had come whole. */
export const verifyStore = async (files: Files, directory: string, kept: readonly JournalRecord[]): Promise<void> => {
  const expected = createMemoryTraceStore();
  const split = createRecordSplitter(COMMIT_BYTES);
  for (const record of kept) for (const part of split(record)) await expected.writer.write(fragmentsOf(part));
  const reader = openEmbeddedReader({ files, directory });
  try {
    const all: TraceDocument[] = [];
    for (const project of PROJECTS) {
      const documents = await documentsIn(expected.reader, project);
      all.push(...documents);
      demandEqual(await documentsIn(reader, project), documents, `the traces of ${project}`);
      demandEqual(await reader.usage(project), await expected.reader.usage(project), `the counters of ${project}`);
    }
    demandEqual(hoursIn(directory), hoursOf(all), 'the sums by hour');
    // What has begun to expire may be there in parts, but what is there can be read.
    const sent = await documentsIn(expected.reader, EXPIRING_PROJECT);
    const spanIds = new Set(sent.flatMap(({ spans }) => spans.map(({ span_id }) => span_id)));
    for (const { spans } of await documentsIn(reader, EXPIRING_PROJECT))
      if (spans.some(({ span_id }) => !spanIds.has(span_id))) throw new Error('an expiring span was never sent');
  } finally {
    await reader.close();
  }
};
