import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { TRACE_MAPPING, TRACE_SETTINGS } from '../../proto/dist/elasticsearch/index.js';
import { createPriceBook } from '../../proto/dist/pricing/index.js';
import { createElasticsearchWriter } from '../../collector/dist/store/elasticsearch/write/index.js';
import { createTellFacts } from '../../collector/dist/tell-facts.js';
import { createStoreRecords } from '../../collector/dist/store-records.js';
import { asCreations, captureBulk, replayBulk } from '../lib/bulk-replay.js';
import { connectToCluster } from '../lib/elasticsearch.js';
import { machineFactor } from '../lib/machine-factor.js';
import { createLateSpans, recordRequests } from '../lib/recorded.js';
import { percentile, round } from '../lib/statistics.js';

const COMMIT_BYTES = 8 * 1024 * 1024;
const SPANS_PER_TRACE = 8;
const TRACES_PER_REQUEST = 20;
/** Of new traces. */
const MOST_SPANS = 96_000;
/** The first is not counted: code that has not run yet is slow. */
const ROUNDS = 4;

const cpuSeconds = () => {
  const { system, user } = process.cpuUsage();
  return (user + system) / 1e6;
};

const nodesCpuSeconds = async (client) => {
  const { nodes } = await client.nodes.stats({ metric: 'process' });
  return Object.values(nodes).reduce((sum, { process: { cpu } }) => sum + cpu.total_in_millis, 0) / 1_000;
};

const makeIndex = (client, index, alias) =>
  client.indices.create({
    index,
    ...(alias === null ? {} : { aliases: { [alias]: { is_write_index: true } } }),
    settings: { ...TRACE_SETTINGS, number_of_shards: 3, number_of_replicas: 0, refresh_interval: '5s' },
    mappings: TRACE_MAPPING,
  });

const measured = async (client, work) => {
  const nodeBefore = await nodesCpuSeconds(client);
  const before = cpuSeconds();
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1_000;
  return { seconds, cpu: cpuSeconds() - before, nodeCpu: (await nodesCpuSeconds(client)) - nodeBefore };
};

const storeOf = (client, alias) =>
  createStoreRecords({
    store: createElasticsearchWriter({
      client,
      alias,
      erasuresIndex: `${alias}-erasures`,
      prices: createPriceBook(),
      tellFacts: createTellFacts(createPriceBook()),
      now: Date.now,
      pause,
      newName: () => randomBytes(8).toString('hex'),
    }),
    prices: createPriceBook(),
    setAside: () => Promise.reject(new Error('a record could not be stored')),
    commitBytes: COMMIT_BYTES,
  });

/** Writes records as the drain does, then the same documents by plain bulk to an index of their own. */
const writeTwice = async (client, name, store, records) => {
  const capture = captureBulk(client);
  const spans = { new: 0 };
  const ours = await measured(client, async () => {
    spans.new = (await store(records)).newSpans;
  });
  const bodies = capture.stop().map(asCreations);
  const documents = bodies.reduce((sum, each) => sum + each.documents, 0);
  await makeIndex(client, name, null);
  const plain = await measured(client, () =>
    replayBulk(
      client,
      name,
      bodies.map(({ body }) => body),
    ),
  );
  await client.indices.delete({ index: name });
  return { ours, plain, documents, spans: spans.new };
};

const measureRound = async (client, late, requests) => {
  const records = await recordRequests(requests);
  const lateRecords = [];
  for (const record of records) lateRecords.push(await late.of(record));
  const alias = `bench-bulk-${randomBytes(6).toString('hex')}`;
  await makeIndex(client, `${alias}-000001`, alias);
  try {
    const store = storeOf(client, alias);
    const fresh = await writeTwice(client, `${alias}-plain`, store, records);
    return { new: fresh, late: await writeTwice(client, `${alias}-plain`, store, lateRecords) };
  } finally {
    await client.indices.delete({ index: `${alias}-*` });
  }
};

const sumOf = (rounds, pick) => rounds.reduce((sum, each) => sum + pick(each), 0);

const rowOf = (name, rounds, requests, factor) => {
  const spans = sumOf(rounds, (each) => each.spans);
  const documents = sumOf(rounds, (each) => each.documents);
  const cpu = sumOf(rounds, ({ ours }) => ours.cpu);
  const ratios = rounds.map(({ ours, plain }) => plain.seconds / ours.seconds);
  const expected = rounds.length * requests * TRACES_PER_REQUEST * (name === 'new' ? SPANS_PER_TRACE : 1);
  return {
    traces: name,
    documents,
    documents_per_s: round(documents / sumOf(rounds, ({ ours }) => ours.seconds), 0),
    plain_documents_per_s: round(documents / sumOf(rounds, ({ plain }) => plain.seconds), 0),
    ratio: round(percentile(ratios, 0.5), 2),
    ratios: ratios.map((ratio) => round(ratio, 2)).join(' '),
    cpu_s_per_1k_spans: round((cpu / spans) * 1_000, 4),
    machine_factor: round(factor, 2),
    cpu_at_factor_1: round(((cpu / spans) * 1_000) / factor, 4),
    cpu_ms_per_trace: round((cpu / documents) * 1_000, 3),
    node_cpu_ms_per_trace: round((sumOf(rounds, ({ ours }) => ours.nodeCpu) / documents) * 1_000, 2),
    plain_node_cpu_ms_per_trace: round((sumOf(rounds, ({ plain }) => plain.nodeCpu) / documents) * 1_000, 2),
    missing_spans: expected - spans,
  };
};

/** What storing in Elasticsearch costs and how fast it is, beside plain bulk of the same documents; no HTTP is received. */
export const measureBulk = async (options) => {
  const client = connectToCluster();
  const late = createLateSpans();
  const requests = Math.ceil(Math.min(MOST_SPANS, options.spans) / (ROUNDS * SPANS_PER_TRACE * TRACES_PER_REQUEST));
  try {
    const factorBefore = await machineFactor();
    const rounds = [];
    for (let number = 0; number < ROUNDS; number += 1) rounds.push(await measureRound(client, late, requests));
    const factor = (factorBefore + (await machineFactor())) / 2;
    return ['new', 'late'].map((name) =>
      rowOf(
        name,
        rounds.slice(1).map((each) => each[name]),
        requests,
        factor,
      ),
    );
  } finally {
    await late.close();
    await client.close();
  }
};
