import { parseExact, traceKey } from 'noveum-proto';

import type { JournalRecord } from '../journal/index.js';
import type { TraceFragment } from '../store/index.js';
import { senderProject } from './sender-project.js';

interface NativeTrace {
  readonly trace_id: string;
  readonly project?: unknown;
  readonly attributes?: Readonly<Record<string, unknown>> | null;
}

/** The project that a native trace names. */
export const projectOfNative = ({ attributes, project }: Pick<NativeTrace, 'attributes' | 'project'>): string =>
  senderProject(attributes?.['noveum.project'], attributes?.['openinference.project.name'], project);

/** Integers beyond 2^53 are written with the digits they came with. */
const exactly = (_name: string, value: unknown): unknown =>
  typeof value === 'bigint' ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(String(value)) : value;

/** The traces of a native batch, refused ones left out. */
export const nativeFragments = (record: JournalRecord): TraceFragment[] => {
  const { traces } = parseExact(Buffer.from(record.body).toString('utf8')) as { traces: readonly NativeTrace[] };
  const refused = new Set(record.refused);
  return traces.flatMap((trace, index) =>
    refused.has(index)
      ? []
      : [
          {
            kind: 'native' as const,
            payload: Buffer.from(JSON.stringify(trace, exactly)),
            project: record.project ?? projectOfNative(trace),
            keyEnvironment: record.keyEnvironment,
            receivedAtMillis: record.receivedAtMillis,
            traceKey: traceKey(trace.trace_id),
            facts: null,
          },
        ],
  );
};
