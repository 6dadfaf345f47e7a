import { type Fragment, toTraceDocument, type TraceDocument, type TraceSummary } from 'noveum-proto';

import type { Files } from '../../files/index.js';
import { type ProjectUsage, type TracePage, type TraceQuery, type TraceReader, TraceTooLarge } from '../trace-store.js';
import { decodeCursor, encodeCursor, type PageEnd } from './cursor.js';
import { dayName } from './day.js';
import { type DayReader, type Hit, openDayReader } from './day-reader.js';
import { indexPath, listDays } from './partitions.js';
import { createBlockReader } from './segment-files.js';
import { summaryOfRow } from './summary-of-row.js';

export interface EmbeddedReaderOptions {
  readonly files: Files;
  readonly directory: string;
  /** Payload, as received, of a trace that is read whole; default 32 MiB. */
  readonly maxTraceBytes?: number;
}

const OPEN_DAYS = 32;
/** Totals are counted to here, unless asked to be exact. */
const COUNTED = 10_000;

/** Documents of such a size and their text take ten times as much memory while they are made. */
const MAX_TRACE_BYTES = 32 * 1024 * 1024;

interface PlacedHit extends Hit {
  readonly day: number;
  readonly project: string;
}

interface Part {
  readonly day: number;
  readonly reader: DayReader;
  readonly project: number;
  readonly projectName: string;
  readonly first: bigint;
  readonly last: bigint;
}

/** Opens a read side of the embedded store; any number may be open, in any thread. */
export const openEmbeddedReader = ({
  files,
  directory,
  maxTraceBytes = MAX_TRACE_BYTES,
}: EmbeddedReaderOptions): TraceReader => {
  const open = new Map<number, DayReader>();
  const blocks = createBlockReader(files, directory);

  const dayReader = (day: number): DayReader | null => {
    const held = open.get(day);
    if (held !== undefined) return held;
    for (const [oldest, reader] of open) {
      if (open.size < OPEN_DAYS) break;
      open.delete(oldest);
      reader.close();
    }
    try {
      const reader = openDayReader(indexPath(directory, day));
      open.set(day, reader);
      return reader;
    } catch {
      // Retention took the day since it was listed, or the writer is just making it.
      return null;
    }
  };

  const days = async (): Promise<number[]> => {
    const listed = await listDays(files, directory);
    for (const [day, reader] of open) {
      if (listed.includes(day)) continue;
      open.delete(day);
      reader.close();
      await blocks.forget(dayName(day));
    }
    return listed.reverse();
  };

  const partsFor = async ({ filter }: TraceQuery): Promise<Part[]> => {
    const parts: Part[] = [];
    for (const day of await days()) {
      const reader = dayReader(day);
      for (const { id, name } of reader?.projects() ?? []) {
        if (reader === null || (filter.project !== null && filter.project !== name)) continue;
        const range = reader.range(id);
        if (range === null) continue;
        if (filter.startUnixNano !== undefined && range.last < filter.startUnixNano) continue;
        if (filter.endUnixNano !== undefined && range.first >= filter.endUnixNano) continue;
        parts.push({ day, reader, project: id, projectName: name, ...range });
      }
    }
    return parts;
  };

  const collect = (parts: readonly Part[], query: TraceQuery, after: PageEnd | null, wanted: number): PlacedHit[] => {
    const { field, direction } = query.sort;
    const byTime = field === 'start_time';
    const ordered = !byTime
      ? parts
      : [...parts].sort((a, b) => Number(direction === 'desc' ? b.last - a.last : a.first - b.first));
    let hits: PlacedHit[] = [];
    for (const part of ordered) {
      const worst = hits[wanted - 1];
      if (byTime && worst !== undefined && isBeyond(part, worst.value as bigint, direction)) break;
      const start = after === null ? null : { ...after, keyIncluded: part.projectName > after.project };
      const found = part.reader.hits(part.project, query, start, wanted);
      hits = hits.concat(found.map((hit) => ({ ...hit, day: part.day, project: part.projectName })));
      if (ordered.length > 1) hits = hits.sort(comparing(direction)).slice(0, wanted);
    }
    return hits.slice(0, wanted);
  };

  const total = (parts: readonly Part[], query: TraceQuery): { total: number; totalRelation: 'eq' | 'gte' } => {
    const limit = query.count === 'exact' ? Number.MAX_SAFE_INTEGER : COUNTED + 1;
    let counted = 0;
    for (const part of parts) {
      if (counted >= limit) break;
      counted += part.reader.count(part.project, query.filter, limit - counted);
    }
    return counted > COUNTED && query.count === 'bounded'
      ? { total: COUNTED, totalRelation: 'gte' }
      : { total: counted, totalRelation: 'eq' };
  };

  const summaries = (hits: readonly PlacedHit[]): TraceSummary[] => {
    const found = new Map<PlacedHit, TraceSummary>();
    for (const [day, ofDay] of Map.groupBy(hits, (hit) => hit.day)) {
      const byId = new Map(ofDay.map((hit) => [hit.id, hit]));
      for (const row of dayReader(day)?.rows([...byId.keys()]) ?? []) {
        const hit = byId.get(row.id);
        if (hit !== undefined) found.set(hit, summaryOfRow(row));
      }
    }
    return hits.flatMap((hit) => found.get(hit) ?? []);
  };

  const documentOf = async (day: number, id: number, project: string): Promise<TraceDocument | null> => {
    const fragments: Fragment[] = [];
    const stored = dayReader(day)?.fragments(id) ?? [];
    refuseTooLarge(
      stored.reduce((sum, { length }) => sum + length, 0),
      maxTraceBytes,
    );
    for (const fragment of stored)
      fragments.push({ ...fragment, project, payload: await blocks.payload(dayName(day), fragment) });
    return toTraceDocument(fragments);
  };

  const get = async (project: string | null, traceKey: string): Promise<TraceDocument | null> => {
    let newest: { day: number; id: number; project: string; start: bigint } | null = null;
    for (const day of await days())
      for (const found of dayReader(day)?.find(project, traceKey) ?? [])
        if (newest === null || found.start > newest.start) newest = { day, ...found };
    return newest === null ? null : await documentOf(newest.day, newest.id, newest.project);
  };

  const find = async (query: TraceQuery): Promise<TracePage> => {
    const after =
      query.cursor === undefined ? null : decodeCursor(query.cursor, query.sort.field, query.sort.direction);
    const skipped = after === null ? query.offset : 0;
    const parts = await partsFor(query);
    const hits = collect(parts, query, after, skipped + query.limit + 1);
    const page = hits.slice(skipped, skipped + query.limit);
    const last = page[page.length - 1];
    return {
      traces: summaries(page),
      ...total(parts, query),
      nextCursor:
        last === undefined || hits.length <= skipped + query.limit ? null : encodeCursor({ ...query.sort, ...last }),
    };
  };

  return {
    find,
    get,
    async usage(project) {
      const sums = new Map<string, ProjectUsage>();
      for (const day of await days())
        for (const usage of dayReader(day)?.usage() ?? []) {
          if (project !== null && usage.project !== project) continue;
          const place = `${usage.day} ${usage.project}`;
          const held = sums.get(place);
          sums.set(place, {
            ...usage,
            traces: usage.traces + (held?.traces ?? 0),
            spans: usage.spans + (held?.spans ?? 0),
            bytes: usage.bytes + (held?.bytes ?? 0),
          });
        }
      return [...sums.values()].sort((a, b) =>
        a.day === b.day ? (a.project < b.project ? -1 : 1) : a.day < b.day ? -1 : 1,
      );
    },
    async close() {
      await blocks.close();
      for (const reader of open.values()) reader.close();
      open.clear();
    },
  };
};

const refuseTooLarge = (bytes: number, limit: number): void => {
  if (bytes > limit)
    throw new TraceTooLarge(`the trace holds ${String(bytes)} bytes; one that is read whole may hold ${String(limit)}`);
};

const isBeyond = (part: Part, worst: bigint, direction: 'asc' | 'desc'): boolean =>
  direction === 'desc' ? part.last < worst : part.first > worst;

const compareValues = (a: Hit['value'], b: Hit['value']): number => {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
};

const comparing =
  (direction: 'asc' | 'desc') =>
  (a: PlacedHit, b: PlacedHit): number => {
    const order = compareValues(a.value, b.value);
    if (order !== 0) return direction === 'asc' ? order : -order;
    if (a.key !== b.key) return a.key < b.key ? -1 : 1;
    return a.project < b.project ? -1 : a.project > b.project ? 1 : 0;
  };
