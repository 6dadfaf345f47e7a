import type { Client } from '@elastic/elasticsearch';

import type { ClusterCollector } from './cluster-collector.js';
import { type FaultLoad, spanIdOf, SPANS, traceIdOf, untilSo, untilStored } from './fault-load.js';

export interface Counted {
  /** As a collector lists them: sent and not there with all of its spans; there twice, or with more. */
  readonly listed: { readonly lost: number; readonly doubled: number };
  /** As the documents of the node hold them, each trace and each span by its id. */
  readonly traces: { readonly lost: number; readonly doubled: number };
  readonly spans: { readonly lost: number; readonly doubled: number };
  /** As usage counts them. */
  readonly usage: { readonly traces: number; readonly spans: number };
}

interface Listed {
  readonly trace_id: string;
  readonly span_count: number;
}

interface Page {
  readonly traces: readonly Listed[];
  readonly pagination: { readonly next_cursor: string | null };
}

interface Document {
  readonly trace_id: string;
  readonly spans?: readonly { readonly span_id: string }[];
  readonly noveum: { readonly part: number };
}

const DOCUMENTS_A_PAGE = 1_000;

const listAll = async ({ ask }: ClusterCollector): Promise<readonly Listed[]> => {
  const listed: Listed[] = [];
  for (let cursor = ''; ;) {
    const { json, status } = await ask(`/v1/traces?limit=1000${cursor}`);
    if (status !== 200) throw new Error(`the list answers ${String(status)} ${JSON.stringify(json)}`);
    const { pagination, traces } = json as unknown as Page;
    listed.push(...traces);
    if (pagination.next_cursor === null) return listed;
    cursor = `&cursor=${encodeURIComponent(pagination.next_cursor)}`;
  }
};

/** Of heads and spans in all documents, parts of long traces too. */
export const readDocuments = async (client: Client, index: string) => {
  const traceIds: string[] = [];
  const spanIds: string[] = [];
  await client.indices.refresh({ index });
  const pages = client.helpers.scrollSearch<Document>({
    index,
    size: DOCUMENTS_A_PAGE,
    _source: ['trace_id', 'spans.span_id', 'noveum.part'],
  });
  for await (const { documents } of pages)
    for (const { noveum, spans = [], trace_id: traceId } of documents) {
      if (noveum.part === 0) traceIds.push(traceId);
      for (const { span_id: spanId } of spans) spanIds.push(spanId);
    }
  return { traceIds, spanIds };
};

const compare = (sent: readonly string[], there: readonly string[]) => {
  const found = new Set(there);
  return { lost: sent.filter((id) => !found.has(id)).length, doubled: there.length - found.size };
};

/** Counts what of a load is there, once all is stored: by the collector's list and status, and on the node itself. */
export const countStored = async (
  load: FaultLoad,
  collector: ClusterCollector,
  client: Client,
  prefix: string,
): Promise<Counted> => {
  await untilStored(collector);
  const index = `${prefix}-traces`;
  const numbers = Array.from({ length: load.traces() }, (_, number) => number);
  const traceIds = numbers.map(traceIdOf);
  const held = await readDocuments(client, index);
  const listed = await listAll(collector);
  const whole = listed.filter((each) => each.span_count === SPANS).map((each) => each.trace_id);
  const withMore = listed.filter((each) => each.span_count > SPANS).length;
  const inList = new Set(listed.map((each) => each.trace_id));
  const { json } = await collector.ask('/v1/status');
  const days = json['usage_by_day'] as readonly { readonly traces: number; readonly spans: number }[];
  return {
    listed: { lost: compare(traceIds, whole).lost, doubled: listed.length - inList.size + withMore },
    traces: compare(traceIds, held.traceIds),
    spans: compare(
      numbers.flatMap((number) => Array.from({ length: SPANS }, (_, at) => spanIdOf(number, at))),
      held.spanIds,
    ),
    usage: {
      traces: days.reduce((sum, { traces }) => sum + traces, 0),
      spans: days.reduce((sum, { spans }) => sum + spans, 0),
    },
  };
};

const NONE = { lost: 0, doubled: 0 };

/** What is counted where nothing is lost and nothing doubled. */
export const allOf = (load: FaultLoad): Counted => ({
  listed: NONE,
  traces: NONE,
  spans: NONE,
  usage: { traces: load.traces(), spans: SPANS * load.traces() },
});

/** Waits until upkeep has joined the traces of which two indices hold a part; what it cannot is counted afterwards. */
export const untilJoined = async (load: Pick<FaultLoad, 'traces'>, client: Client, prefix: string): Promise<void> => {
  const index = `${prefix}-traces`;
  let count = 0;
  await untilSo(
    async () => {
      await client.indices.refresh({ index });
      ({ count } = await client.count({ index, query: { term: { 'noveum.part': 0 } } }));
      return count <= load.traces();
    },
    () => `there are ${String(count)} heads of ${String(load.traces())} traces`,
  );
};
