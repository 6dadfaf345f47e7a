import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { matchTexts, parseTextQuery } from 'noveum-proto';

import { createDiskFiles } from '../../collector/dist/files/index.js';
import { openTextReader, openTextWriter } from '../../collector/dist/store/embedded/text/index.js';
import { percentile, round } from '../lib/statistics.js';
import { createTextCorpus } from '../lib/text-corpus.js';
import { measureVariants } from '../lib/text-index-variants.js';

const SPANS_PER_TRACE = 8;
const TRACES_PER_ADD = 20;
/** Two seconds at 10,000 spans a second. */
const TRACES_PER_COMMIT = 2500;
const DAY = 20_778;
const DAY_NANOS = 86_400_000_000_000n;
const MARKS = [
  ['zyzzyvarare', 20_000],
  ['quixotryfew', 500],
];
const REPEATS = 20;
const LIMIT = 50;
const MAX_CHECKED = 1000;

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const keyOf = (number) =>
  (Math.imul(number, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0') + number.toString(16).padStart(24, '0');
const numberOf = (key) => Number.parseInt(key.slice(8), 16);

const entryOf = (number, texts) => ({
  project: `bench-${number % 4}`,
  traceKey: keyOf(number),
  day: DAY,
  startUnixNano: BigInt(DAY) * DAY_NANOS + BigInt(number) * 800_000n,
  texts,
});

const fill = async (files, directory, corpus, traces) => {
  const writer = await openTextWriter({ files, directory, nowMillis: Date.now });
  let cpu = 0;
  let commitMillis = 0;
  let stepMillis = 0;
  const measured = (work) => {
    const before = cpuSeconds();
    const startedAt = performance.now();
    work();
    cpu += cpuSeconds() - before;
    return performance.now() - startedAt;
  };
  for (let first = 1; first <= traces; first += TRACES_PER_ADD) {
    const count = Math.min(TRACES_PER_ADD, traces - first + 1);
    const entries = Array.from({ length: count }, (_, at) => entryOf(first + at, corpus.textsOf(first + at, MARKS)));
    measured(() => writer.add(entries, BigInt(first)));
    if ((first - 1) % TRACES_PER_COMMIT < TRACES_PER_ADD && first > 1) {
      commitMillis = Math.max(
        commitMillis,
        measured(() => writer.commit()),
      );
      for (let more = true; more;)
        stepMillis = Math.max(
          stepMillis,
          measured(() => {
            more = writer.maintain(Date.now());
          }),
        );
    }
  }
  measured(() => writer.close());
  return { cpu, commitMillis, stepMillis };
};

const bytesIn = async (directory) => {
  let bytes = 0;
  for (const name of await readdir(directory)) bytes += (await stat(join(directory, name))).size;
  return bytes;
};

/** The first page of hits, each one's texts looked into; `made`: milliseconds in which the corpus made them. */
const firstPage = async (reader, search, corpus) => {
  let hits = 0;
  let checked = 0;
  let made = 0;
  for await (const { traceKey } of reader.candidates(search)) {
    if (hits >= LIMIT || checked >= MAX_CHECKED) break;
    checked += 1;
    const before = performance.now();
    const texts = corpus.textsOf(numberOf(traceKey), MARKS).map(({ text }) => text);
    made += performance.now() - before;
    if (matchTexts(texts, search.query) !== null) hits += 1;
  }
  return { hits, made };
};

/** Milliseconds of each query's first page: candidates alone, and with each hit's texts looked into. */
const timeQueries = async (files, directory, corpus) => {
  const queries = {
    'rare word': 'zyzzyvarare',
    'word of 1 in 500 traces': 'quixotryfew',
    'the commonest word': corpus.words[0],
    'a middling word': corpus.words[300],
    'two common words': `${corpus.words[1]} ${corpus.words[5]}`,
    'common, without a rarer': `${corpus.words[0]} -${corpus.words[700]}`,
    prefix: `${corpus.words[40].slice(0, 3)}*`,
    'short prefix': `${corpus.words[40].slice(0, 2)}*`,
    identifier: 'get_weather',
    phrase: `"tool timed out"`,
    'no trace has it': 'nowhereatall',
  };
  const rows = [];
  for (const [name, text] of Object.entries(queries)) {
    const { query } = parseTextQuery(text);
    const reader = openTextReader({ files, directory });
    const search = { project: 'bench-0', query };
    const found = [];
    const looked = [];
    let hits = 0;
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      let startedAt = performance.now();
      let taken = 0;
      for await (const candidate of reader.candidates(search))
        if (candidate.day === DAY && (taken += 1) >= LIMIT) break;
      found.push(performance.now() - startedAt);
      startedAt = performance.now();
      const page = await firstPage(reader, search, corpus);
      looked.push(performance.now() - startedAt - page.made);
      hits = page.hits;
    }
    rows.push({
      text: name,
      hits,
      first_ms: round(found[0]),
      candidates_p50_ms: round(percentile(found, 0.5)),
      candidates_p95_ms: round(percentile(found, 0.95)),
      verified_p50_ms: round(percentile(looked, 0.5)),
      verified_p95_ms: round(percentile(looked, 0.95)),
      count: await reader.count(search, 10_000),
    });
    reader.close();
  }
  return rows;
};

/**
 * The text index by itself, in this process: CPU to index `--spans` spans of the load generator's texts, bytes, and
 * milliseconds of queries; then what it was chosen against, on a tenth of them.
 */
export const measureTextIndex = async ({ spans }) => {
  const directory = await mkdtemp(join(tmpdir(), 'noveum-bench-text-'));
  const files = createDiskFiles();
  const corpus = createTextCorpus();
  const traces = Math.ceil(spans / SPANS_PER_TRACE);
  try {
    const { cpu, commitMillis, stepMillis } = await fill(files, directory, corpus, traces);
    const index = {
      text: 'index',
      spans: traces * SPANS_PER_TRACE,
      cpu_s_per_1k_spans: round((cpu / (traces * SPANS_PER_TRACE)) * 1000, 4),
      disk_bytes_per_span: round((await bytesIn(directory)) / (traces * SPANS_PER_TRACE)),
      commit_max_ms: round(commitMillis),
      step_max_ms: round(stepMillis),
    };
    return [
      index,
      ...(await timeQueries(files, directory, corpus)),
      ...(await measureVariants(corpus, Math.ceil(traces / 10), MARKS)),
    ];
  } finally {
    await rm(directory, { recursive: true });
  }
};
