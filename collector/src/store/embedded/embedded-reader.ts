import { statSync } from 'node:fs';

import {
  documentOf,
  type DocumentReading,
  type Fragment,
  type Prices,
  sentDocumentOf,
  type TraceDocument,
  type TraceSummary,
} from 'noveum-proto';

import type { Files } from '../../files/index.js';
import type { StoreAnalytics } from '../analytics.js';
import { fittingFilters } from '../matches.js';
import { createGroupedCells, createSummarySums } from '../figures/index.js';
import {
  type DocumentNeed,
  type TextAsked,
  type TraceFilter,
  type TracePage,
  type TraceQuery,
  type TraceReader,
  TraceTooLarge,
} from '../trace-store.js';
import { mayHaveMoved } from './block.js';
import type { SearchStep } from '../collect-matches.js';
import { createSliceMemory } from './analytics/index.js';
import { decodeCursor, encodeCursor, type PageEnd } from '../page-cursor.js';
import { dayName } from './day.js';
import { mergeFacets, partLimit } from './facets.js';
import { findGroups } from './find-groups.js';
import { FEW_ROWS } from './choose-driver.js';
import { type DayReader, openDayReader } from './day-reader.js';
import { indexPath, listDays } from './partitions.js';
import { createBlockReader } from './segment-files.js';
import { skipAhead } from './skip-ahead.js';
import { summaryOfRow } from './summary-of-row.js';
import { createTraceViews, type ViewedTrace } from '../trace-views.js';
import type { TextPageEnd } from '../text-cursor.js';
import type { PlacedTrace } from './search-steps.js';
import { createTextSearch } from './text-search.js';
import { openTextReader } from './text/index.js';
import type { Hit, Walk, WalkStart } from './trace-walk.js';
import { sumUsages } from '../arrived-usage.js';

export interface EmbeddedReaderOptions {
  readonly files: Files;
  readonly directory: string;
  /** Payload, as received, of a trace that is read whole; default 32 MiB. */
  readonly maxTraceBytes?: number;
  /** The same where `get` and `spans` ask for it; default `maxTraceBytes`. */
  readonly maxDocumentBytes?: number;
  /** Of one attribute value, UTF-8; what is longer is cut in documents. Default 1 MiB. */
  readonly maxValueBytes?: number;
  /** For calls that came without a cost; default: none. */
  readonly prices?: Prices;
  /** Payload up to which single spans are taken out of the whole document. Default 256 KiB. */
  readonly smallTraceBytes?: number;
  /** Whether the texts of what is stored are indexed beside it; else a search in them scans. Default false. */
  readonly hasTextIndex?: boolean;
  /** Traces that other filters leave, so few that their texts are looked into without the index; default 200. */
  readonly fewTraces?: number;
}

const OPEN_DAYS = 64;
/** Totals are counted to here, unless asked to be exact. */
const COUNTED = 10_000;

const FEW_TRACES = 200;
/** Rows that a scan of texts takes at once. */
const SCAN_ROWS = 200;

/** Documents of such a size and their text take ten times as much memory while they are made. */
const MAX_VALUE_BYTES = 1024 * 1024;
const MAX_TRACE_BYTES = 32 * 1024 * 1024;

/** A trace where it lies. */
interface TraceSite extends ViewedTrace {
  readonly day: number;
  readonly id: number;
}

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

interface WalkedPart extends Part {
  readonly walk: Walk;
}

export interface EmbeddedReader extends TraceReader, StoreAnalytics {
  /** Closes what is held of files that are gone or were made anew; to be called now and then. */
  letGo(): Promise<void>;
}

interface OpenDay {
  readonly reader: DayReader;
  readonly inode: number | undefined;
}

const inodeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino;

/** Opens a read side of the embedded store; any number may be open, in any thread. */
export const openEmbeddedReader = ({
  files,
  directory,
  maxTraceBytes = MAX_TRACE_BYTES,
  maxDocumentBytes = maxTraceBytes,
  maxValueBytes = MAX_VALUE_BYTES,
  prices,
  smallTraceBytes,
  hasTextIndex = false,
  fewTraces = FEW_TRACES,
}: EmbeddedReaderOptions): EmbeddedReader => {
  const reading: DocumentReading = { maxValueBytes, ...(prices === undefined ? {} : { prices }) };
  const open = new Map<number, OpenDay>();
  const blocks = createBlockReader(files, directory);
  const textReader = hasTextIndex ? openTextReader({ files, directory }) : null;
  const memory = createSliceMemory();

  const dayReader = (day: number): DayReader | null => {
    const held = open.get(day);
    if (held !== undefined) return held.reader;
    const path = indexPath(directory, day);
    const inode = inodeOf(path);
    const reader = openDayReader(path, memory);
    if (reader !== null) open.set(day, { reader, inode });
    return reader;
  };

  /** Before a query goes over the days, not meanwhile: it may go back to any of them. */
  const closeOldest = (): void => {
    for (const [oldest, { reader }] of open) {
      if (open.size <= OPEN_DAYS) return;
      open.delete(oldest);
      reader.close();
    }
  };

  const days = async (): Promise<number[]> => {
    const listed = await listDays(files, directory);
    closeOldest();
    for (const [day, { reader }] of open) {
      if (listed.includes(day)) continue;
      open.delete(day);
      reader.close();
      await blocks.forget(dayName(day));
    }
    return listed.reverse();
  };

  const partsFor = (listed: readonly number[], filter: TraceFilter): Part[] => {
    const parts: Part[] = [];
    for (const day of listed) {
      const reader = dayReader(day);
      for (const { id, name } of reader?.projects() ?? []) {
        if (reader === null || (filter.project !== null && filter.project !== name)) continue;
        if (filter.notProject === name) continue;
        const range = reader.range(id);
        if (range === null) continue;
        if (filter.startUnixNano !== undefined && range.last < filter.startUnixNano) continue;
        if (filter.endUnixNano !== undefined && range.first >= filter.endUnixNano) continue;
        parts.push({ day, reader, project: id, projectName: name, ...range });
      }
    }
    return parts;
  };

  /** Counts what is found, in all and by part; a part that was not counted to its end has none. */
  const countAll = (parts: readonly Part[], query: TraceQuery) => {
    const limit = query.count === 'exact' ? Number.MAX_SAFE_INTEGER : COUNTED + 1;
    const byPart = new Map<Part, number>();
    let counted = 0;
    for (const part of parts) {
      // In the order of time parts are left off early; any other order asks all of them, each in its shortest way.
      if (counted >= limit && query.sort.field === 'start_time') break;
      const partLimit = Math.max(limit - counted, FEW_ROWS + 1);
      const count = part.reader.count(part.project, query.filter, partLimit);
      if (count < partLimit) byPart.set(part, count);
      counted += count;
    }
    const total: Pick<TracePage, 'total' | 'totalRelation'> =
      counted > COUNTED && query.count === 'bounded'
        ? { total: COUNTED, totalRelation: 'gte' }
        : { total: counted, totalRelation: 'eq' };
    return { total, byPart };
  };

  /** Skips `skipped` and gives `wanted`, in the query's order. */
  const collect = (
    parts: readonly WalkedPart[],
    query: TraceQuery,
    after: PageEnd | null,
    { skipped, wanted }: { readonly skipped: number; readonly wanted: number },
  ): PlacedHit[] => {
    const { field, direction } = query.sort;
    const byTime = field === 'start_time';
    const ahead = skipAhead(
      parts.map(({ walk }) => walk),
      skipped,
    );
    const limit = skipped - ahead.skipped + wanted;
    const startOf = (part: Part): WalkStart | null => {
      if (after !== null) return { ...after, keyIncluded: part.projectName > after.project };
      return ahead.value === undefined ? null : { value: ahead.value, key: null, keyIncluded: true };
    };
    let hits: PlacedHit[] = [];
    for (const part of parts) {
      const worst = hits[limit - 1];
      if (byTime && worst !== undefined && isBeyond(part, worst.value as bigint, direction)) break;
      const found = part.walk.hits(startOf(part), limit);
      hits = hits.concat(found.map((hit) => ({ ...hit, day: part.day, project: part.projectName })));
      if (parts.length > 1) hits = hits.sort(comparing(direction)).slice(0, limit);
    }
    return hits.slice(skipped - ahead.skipped, limit);
  };

  const summaries = (hits: readonly PlacedHit[]): TraceSummary[] => {
    const found = new Map<PlacedHit, TraceSummary>();
    for (const [day, ofDay] of Map.groupBy(hits, (hit) => hit.day)) {
      const byId = new Map(ofDay.map((hit) => [hit.id, hit]));
      for (const row of dayReader(day)?.rows([...byId.keys()]) ?? []) {
        const hit = byId.get(Number(row.id));
        if (hit !== undefined) found.set(hit, summaryOfRow(row));
      }
    }
    return hits.flatMap((hit) => found.get(hit) ?? []);
  };

  const readDocument = async (
    { day, id, project }: TraceSite,
    need: DocumentNeed = 'all',
  ): Promise<TraceDocument | null> => {
    const fragments: Fragment[] = [];
    const stored = dayReader(day)?.fragments(id) ?? [];
    refuseTooLarge(
      stored.reduce((sum, { length }) => sum + length, 0),
      maxDocumentBytes,
    );
    for (const fragment of stored)
      fragments.push({ ...fragment, project, payload: await blocks.payload(dayName(day), fragment) });
    return (need === 'sent' ? sentDocumentOf : documentOf)(fragments, reading);
  };

  const views = createTraceViews({
    nameOf: ({ day, id }) => `${String(day)} ${String(id)}`,
    fragmentsAt: ({ day, id }: TraceSite) => dayReader(day)?.fragments(id) ?? [],
    payloadOf: ({ day }, fragment) => blocks.payload(dayName(day), fragment),
    reading: { ...reading, maxValueBytes },
    maxTraceBytes: maxDocumentBytes,
    ...(smallTraceBytes === undefined ? {} : { smallTraceBytes }),
  });

  /** Null project: any, and of several traces the newest. */
  const locate = async (project: string | null, traceKey: string): Promise<TraceSite | null> => {
    let newest: (TraceSite & { readonly start: bigint }) | null = null;
    for (const day of await days()) {
      for (const found of dayReader(day)?.find(project, traceKey) ?? [])
        if (newest === null || found.start > newest.start) newest = { day, traceKey, ...found };
      // In one project there is one of a key.
      if (newest !== null && project !== null) break;
    }
    return newest;
  };

  /** What `read` makes of a trace; null: there is no such. */
  const at = async <T>(
    project: string | null,
    traceKey: string,
    read: (site: TraceSite) => Promise<T>,
  ): Promise<T | null> => {
    const site = await locate(project, traceKey);
    if (site === null) return null;
    return read(site).catch((error: unknown) => {
      // The payload was moved since its rows were read, by compaction or a purge: by now they say where it went.
      if (!mayHaveMoved(error)) throw error;
      return read(site);
    });
  };

  const summaryAt = (listed: readonly number[], project: string, traceKey: string): TraceSummary | null => {
    for (const day of listed) {
      const [found] = dayReader(day)?.find(project, traceKey) ?? [];
      const [row] = found === undefined ? [] : (dayReader(day)?.rows([found.id]) ?? []);
      if (row !== undefined) return summaryOfRow(row);
    }
    return null;
  };

  /** All that the filter lets through but for its texts, the latest first. Readers may be closed at any wait. */
  const scanSteps = async function* (
    query: TraceQuery,
    start: TextPageEnd | null,
  ): AsyncGenerator<SearchStep<PlacedTrace>> {
    const step: TraceQuery = { ...query, limit: SCAN_ROWS, offset: 0 };
    let after: PageEnd | null = start === null ? null : { ...query.sort, ...start, value: start.start };
    for (;;) {
      const parts = inOrder(partsFor(await days(), step.filter), step);
      const walked = parts.map((part) => ({ ...part, walk: part.reader.walk(part.project, step, null) }));
      const hits = collect(walked, step, after, { skipped: 0, wanted: SCAN_ROWS });
      for (const { day, id, key, project, value } of hits) {
        const trace = { day, id, key, project, start: value as bigint };
        yield { ...trace, trace };
      }
      const last = hits.at(-1);
      if (last === undefined || hits.length < SCAN_ROWS) return;
      after = { ...query.sort, ...last };
    }
  };

  const searchTexts = createTextSearch({
    textReader,
    fewTraces,
    maxTraceBytes,
    maxValueBytes,
    days,
    dayReader,
    partsFor,
    scanSteps,
    payloadOf: (day, fragment) => blocks.payload(dayName(day), fragment),
  });

  const findByText = async (query: TraceQuery, asked: TextAsked): Promise<TracePage> => {
    const { page, ...counted } = await searchTexts(query, asked);
    const matchesOf = new Map(page.map((trace) => [`${trace.key} ${trace.project}`, trace.matches]));
    const traces = summaries(page.map((trace) => ({ ...trace, value: trace.start })));
    return {
      ...counted,
      traces: traces.map((summary) => ({
        ...summary,
        matches: matchesOf.get(`${summary.trace_key} ${summary.project}`) ?? [],
      })),
    };
  };

  const find = async (query: TraceQuery): Promise<TracePage> => {
    if (query.filter.text !== undefined) return findByText(query, query.filter.text);
    const after =
      query.cursor === undefined ? null : decodeCursor(query.cursor, query.sort.field, query.sort.direction);
    const listed = await days();
    const parts = inOrder(partsFor(listed, query.filter), query);
    const { total, byPart } = countAll(parts, query);
    const walked = parts
      .filter((part) => byPart.get(part) !== 0)
      .map((part) => ({ ...part, walk: part.reader.walk(part.project, query, byPart.get(part) ?? null) }));
    const skipped = after === null ? query.offset : 0;
    const hits = collect(walked, query, after, { skipped, wanted: query.limit + 1 });
    const page = hits.slice(0, query.limit);
    const last = page.at(-1);
    return {
      traces: summaries(page),
      ...total,
      nextCursor: last === undefined || hits.length <= query.limit ? null : encodeCursor({ ...query.sort, ...last }),
    };
  };

  return {
    find,
    get: (project, traceKey, need) => at(project, traceKey, (site) => readDocument(site, need)),
    outline: (project, traceKey) => at(project, traceKey, (site) => views.outline(site)),
    spans: (project, traceKey, spanIds) => at(project, traceKey, (site) => views.spans(site, new Set(spanIds))),
    async summaries(places, filters) {
      const listed = await days();
      return places.flatMap(({ project, traceKey }) => {
        const summary = summaryAt(listed, project, traceKey);
        const fits = summary === null ? [] : fittingFilters(summary, filters);
        return summary === null || fits.length === 0 ? [] : [{ summary, fits }];
      });
    },
    async facets(query) {
      const parts = partsFor(await days(), query.filter);
      const limit = partLimit(query.limit, parts.length);
      return mergeFacets(
        parts.map(({ reader, project }) => reader.facets(project, query, limit)),
        query,
      );
    },
    async groups(query) {
      const parts = partsFor(await days(), query.filter);
      return findGroups(
        parts.map(({ reader, project, projectName, first, last }) => ({
          project: projectName,
          first,
          last,
          groups: reader.groups(project, query),
        })),
        query,
      );
    },
    async usage(project) {
      const usages = (await days()).flatMap((day) => dayReader(day)?.usage() ?? []);
      return sumUsages(usages.filter((usage) => project === null || usage.project === project));
    },
    async summarise(query) {
      const sums = createSummarySums();
      for (const part of partsFor(await days(), query.filter)) part.reader.analytics.addToSummary(part, query, sums);
      return sums.summary();
    },
    async timeseries(query) {
      const cells = createGroupedCells(query);
      for (const part of partsFor(await days(), query.filter))
        part.reader.analytics.addToTimeseries(part, query, cells);
      return cells.timeseries();
    },
    async letGo() {
      views.age();
      for (const [day, { inode, reader }] of open) {
        if (inodeOf(indexPath(directory, day)) === inode) continue;
        open.delete(day);
        reader.close();
        await blocks.forget(dayName(day));
      }
      await blocks.letGo();
    },
    async close() {
      textReader?.close();
      await blocks.close();
      for (const { reader } of open.values()) reader.close();
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

/** In the order of time, the part that holds the first trace comes first. */
const inOrder = (parts: readonly Part[], { sort: { field, direction } }: TraceQuery): readonly Part[] =>
  field !== 'start_time'
    ? parts
    : [...parts].sort((a, b) => Number(direction === 'desc' ? b.last - a.last : a.first - b.first));

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
