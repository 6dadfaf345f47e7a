import {
  countItems,
  createLogSelector,
  createSpanSelector,
  encodeTracesJson,
  type Fragment,
  type KnownValue,
  type SpanView,
  toOtlp,
  toTraceDocument,
} from 'noveum-proto';

import type { ForwardEndpoint } from '../config/index.js';
import type { JournalRecord } from '../journal/index.js';

/** What an endpoint gets of a record: an OTLP message of one project. */
export interface RecordPart {
  readonly signal: 'traces' | 'logs';
  readonly body: Uint8Array;
  /** Spans or log records. */
  readonly items: number;
  /** Null: the senders' own. */
  readonly project: string | null;
}

/** The traces of a native record, refused ones left out. */
export type NativeFragments = (record: JournalRecord) => readonly Fragment[];

const RESOURCE_KEYS = [
  'service.name',
  'deployment.environment.name',
  'deployment.environment',
  'noveum.project',
  'openinference.project.name',
];
const DEFAULT_PROJECT = 'default';
const STATUS_ERROR = 2;
/** Limits were checked when the record came. */
const UNLIMITED = {
  nesting: Number.MAX_SAFE_INTEGER,
  attributesPerSpan: Number.MAX_SAFE_INTEGER,
  spanNameBytes: Number.MAX_SAFE_INTEGER,
};

const selectSpans = createSpanSelector(RESOURCE_KEYS);
const selectLogs = createLogSelector(RESOURCE_KEYS);

/** As the store has it: an empty text names no project. */
const textOf = (value: KnownValue): string | null => (typeof value === 'string' && value !== '' ? value : null);

const fits = (wanted: readonly string[], value: KnownValue): boolean =>
  wanted.length === 0 || (typeof value === 'string' && wanted.includes(value));

/** What is wanted of records whose project and environment may be known before a look at them. */
interface Known {
  readonly project: string | null;
  readonly environment: string | null;
}

/** Makes a function that takes out of a record what an endpoint is to get; throws where it never passed decode. */
export const createPartsOfRecord = (
  { filter, logs }: Pick<ForwardEndpoint, 'filter' | 'logs'>,
  nativeFragments: NativeFragments,
) => {
  const { projects, services, environments, errorsOnly } = filter;
  const takesAll = projects.length + services.length + environments.length === 0 && !errorsOnly;

  const isWanted =
    ({ project, environment }: Known) =>
    ([service, named, older, ours, openInference]: readonly KnownValue[]): boolean =>
      fits(services, service) &&
      fits(environments, named ?? older ?? environment ?? undefined) &&
      fits(projects, project ?? textOf(ours) ?? textOf(openInference) ?? DEFAULT_PROJECT);

  const isWantedSpan = (refused: readonly number[]) => {
    const left = new Set(refused);
    return ({ index, statusCode, traceIdOffset, spanIdOffset }: SpanView): boolean =>
      traceIdOffset >= 0 && spanIdOffset >= 0 && !left.has(index) && (!errorsOnly || statusCode === STATUS_ERROR);
  };

  const tracePart = (body: Uint8Array, refused: readonly number[], known: Known): RecordPart => {
    if (takesAll && refused.length === 0)
      return { signal: 'traces', body, items: countItems(body), project: known.project };
    const { payload, items } = selectSpans(body, { resource: isWanted(known), span: isWantedSpan(refused) });
    return { signal: 'traces', body: payload, items, project: known.project };
  };

  const logPart = ({ body, refused, project, keyEnvironment }: JournalRecord): RecordPart => {
    if (takesAll && refused.length === 0) return { signal: 'logs', body, items: countItems(body), project };
    const { payload, items } = selectLogs(body, refused, isWanted({ project, environment: keyEnvironment }));
    return { signal: 'logs', body: payload, items, project };
  };

  const nativePart = (fragment: Fragment): RecordPart[] => {
    const document = toTraceDocument([fragment]);
    if (document === null) return [];
    const encoded = encodeTracesJson(toOtlp(document), UNLIMITED);
    if (encoded.status === 'refused') throw new Error('a native trace could not be told as OTLP');
    return [tracePart(encoded.bytes, [], { project: fragment.project, environment: document.environment })];
  };

  const partsOf = (record: JournalRecord): RecordPart[] => {
    const { format, project, keyEnvironment, refused, body } = record;
    switch (format) {
      case 'otlp-traces':
        return [tracePart(body, refused, { project, environment: keyEnvironment })];
      case 'otlp-logs':
        return logs && !errorsOnly ? [logPart(record)] : [];
      case 'native':
        return nativeFragments(record).flatMap(nativePart);
    }
  };

  return (record: JournalRecord): RecordPart[] => partsOf(record).filter(({ items }) => items > 0);
};
