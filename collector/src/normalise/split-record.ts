import { createKnownAttributes, createTraceVisitor } from 'noveum-proto';

import type { JournalRecord } from '../journal/index.js';
import { createPayloadArena, type ResourcePart, type ScopeBytes, type SpanRun } from './trace-payload.js';

type Run = SpanRun<ScopeBytes>;

const CHECKED_ON_ARRIVAL = { check: false, nesting: 64 };
/** Of a tag and a length before some content. */
const HEAD_BYTES = 6;
/** Around the spans of a run: two messages, with a resource, a scope and two schema URLs in them. */
const HEADS_OF_RUN = 6;

const visit = createTraceVisitor(createKnownAttributes([]));

const lengthOf = ({ offset, end }: { readonly offset: number; readonly end: number }): number => end - offset;

const overheadOf = ({ resource, schemaUrl, scope }: ScopeBytes): number =>
  HEADS_OF_RUN * HEAD_BYTES +
  lengthOf(scope) +
  lengthOf(schemaUrl) +
  lengthOf(resource.resource) +
  lengthOf(resource.schemaUrl);

/** The accepted spans in order of appearance, in groups that laid out are at most `maxBytes` long or hold one span. */
const groupsOf = ({ body, refused }: JournalRecord, maxBytes: number): readonly (readonly Run[])[] => {
  const left = refused.length === 0 ? null : new Set(refused);
  const groups: Run[][] = [];
  let group: Run[] = [];
  let bytes = 0;
  let resource: ResourcePart | null = null;
  let part: ScopeBytes | null = null;

  const add = (of: ScopeBytes, offset: number, end: number): void => {
    const spanBytes = end - offset + HEAD_BYTES;
    let run = group.at(-1);
    const needed = run?.part === of ? spanBytes : spanBytes + overheadOf(of);
    if (groups.length === 0 || bytes + needed > maxBytes) {
      group = [];
      groups.push(group);
      bytes = 0;
      run = undefined;
    }
    if (run?.part === of) run.bounds.push(offset, end);
    else {
      group.push({ part: of, bounds: [offset, end] });
      bytes += overheadOf(of);
    }
    bytes += spanBytes;
  };

  visit(
    body,
    {
      resource({ end, offset, schemaUrlEnd, schemaUrlOffset }) {
        resource = { resource: { offset, end }, schemaUrl: { offset: schemaUrlOffset, end: schemaUrlEnd } };
      },
      scope({ end, offset, schemaUrlEnd, schemaUrlOffset }) {
        const schemaUrl = { offset: schemaUrlOffset, end: schemaUrlEnd };
        part = { scope: { offset, end }, schemaUrl, resource: resource as ResourcePart };
      },
      span({ end, index, offset }) {
        if (left?.has(index) !== true) add(part as ScopeBytes, offset, end);
      },
    },
    CHECKED_ON_ARRIVAL,
  );
  return groups;
};

/**
 * Makes a function that splits an OTLP record whose body is longer than `maxBytes` into records of about that size,
 * with the same spans in the same order; others come back as they are. The same record is always split at the same
 * places, so that what was stored of it is known again. Each part is valid until the next one is asked for. Throws
 * where the body never passed decode.
 */
export const createRecordSplitter = (maxBytes: number) => {
  const arena = createPayloadArena(maxBytes);

  const layOut = function* (
    record: JournalRecord,
    groups: readonly (readonly Run[])[],
  ): Generator<JournalRecord, void, undefined> {
    const body = Buffer.from(record.body.buffer, record.body.byteOffset, record.body.byteLength);
    for (const runs of groups) {
      arena.reset();
      yield { ...record, refused: [], body: arena.encode(body, runs) };
    }
  };

  return (record: JournalRecord): Iterable<JournalRecord> =>
    record.format !== 'otlp-traces' || record.body.length <= maxBytes
      ? [record]
      : layOut(record, groupsOf(record, maxBytes));
};
