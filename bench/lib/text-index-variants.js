import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { createTermReader, matchTexts, parseTextQuery } from 'noveum-proto';

import { round } from './statistics.js';

/**
 * What the text index was chosen against, on the same texts and with our tokeniser before each: FTS5 (its own
 * tokeniser only cuts at spaces), and a Bloom filter of the terms of each block of traces.
 */
const SPANS_PER_TRACE = 8;
const TRACES_PER_COMMIT = 2500;
/** A segment's block of 256 KiB holds about so many. */
const TRACES_PER_BLOCK = 38;
const BITS_PER_TERM = 12;
const PROBES = 8;

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const termStrings = () => {
  let out = [];
  const read = createTermReader((units, from, to) => out.push(String.fromCharCode(...units.subarray(from, to))));
  return (texts) => {
    out = [];
    for (const { text } of texts) read(text);
    return out;
  };
};

const row = (text, traces, cpu, bytes, rest) => ({
  text,
  spans: traces * SPANS_PER_TRACE,
  cpu_s_per_1k_spans: round((cpu / (traces * SPANS_PER_TRACE)) * 1000, 4),
  disk_bytes_per_span: round(bytes / (traces * SPANS_PER_TRACE)),
  ...rest,
});

const timed = (work) => {
  const startedAt = performance.now();
  work();
  return round(performance.now() - startedAt);
};

/** A row a trace; `distinct`: each term once, since hits are verified against the text anyway. */
const measureFts5 = async (corpus, traces, marks, { name, options, distinct }) => {
  const directory = await mkdtemp(join(tmpdir(), 'noveum-bench-fts5-'));
  const database = new DatabaseSync(join(directory, 'index'));
  database.exec('PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL');
  database.exec(
    `CREATE VIRTUAL TABLE texts USING fts5(terms, content='', contentless_delete=1, tokenize="ascii tokenchars '-'"${options})`,
  );
  const insert = database.prepare('INSERT INTO texts(rowid, terms) VALUES (?, ?)');
  const termsOf = termStrings();
  let cpu = 0;
  for (let first = 1; first <= traces; first += TRACES_PER_COMMIT) {
    const texts = [];
    for (let number = first; number < first + TRACES_PER_COMMIT && number <= traces; number += 1)
      texts.push(corpus.textsOf(number, marks));
    const before = cpuSeconds();
    database.exec('BEGIN');
    texts.forEach((ofTrace, at) => {
      const terms = termsOf(ofTrace);
      insert.run(first + at, (distinct ? [...new Set(terms)] : terms).join(' '));
    });
    database.exec('COMMIT');
    cpu += cpuSeconds() - before;
  }
  const select = database.prepare('SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rowid DESC LIMIT 50');
  const common = timed(() => select.all(corpus.words[0]));
  const prefix = timed(() => select.all(`${corpus.words[40].slice(0, 2)}*`));
  database.close();
  let bytes = 0;
  for (const file of await readdir(directory)) bytes += (await stat(join(directory, file))).size;
  await rm(directory, { recursive: true });
  return row(name, traces, cpu, bytes, { common_word_ms: common, short_prefix_ms: prefix });
};

const hashesOf = (() => {
  let out = [];
  const read = createTermReader((units, from, to) => {
    let a = 0x811c9dc5;
    let b = 0x9747b28c;
    for (let at = from; at < to; at += 1) {
      a = Math.imul(a ^ units[at], 0x01000193);
      b = Math.imul(b + units[at], 0x85ebca6b) ^ (b >>> 13);
    }
    out.push(a ^ (a >>> 15), b | 1);
  });
  return (text) => {
    out = [];
    read(text);
    return out;
  };
})();

const bitAt = (a, b, probe, bits) => ((a + Math.imul(probe, b)) >>> 0) % bits;

/** A filter a block; a query tests all of them and reads the texts of the blocks that are left. */
const measureFilters = (corpus, traces, marks) => {
  const filters = [];
  let bytes = 0;
  let cpu = 0;
  for (let first = 1; first <= traces; first += TRACES_PER_BLOCK) {
    const texts = [];
    for (let number = first; number < first + TRACES_PER_BLOCK; number += 1)
      texts.push(...corpus.textsOf(number, marks));
    const before = cpuSeconds();
    const hashes = texts.flatMap(({ text }) => hashesOf(text));
    const distinct = new Set(hashes.filter((_, at) => at % 2 === 0)).size;
    const filter = new Uint8Array(Math.ceil((distinct * BITS_PER_TERM) / 8));
    for (let at = 0; at < hashes.length; at += 2)
      for (let probe = 0; probe < PROBES; probe += 1) {
        const bit = bitAt(hashes[at], hashes[at + 1], probe, filter.length * 8);
        filter[bit >>> 3] |= 1 << (bit & 7);
      }
    cpu += cpuSeconds() - before;
    filters.push(filter);
    bytes += filter.length;
  }
  const [a, b] = hashesOf('quixotryfew');
  let left = [];
  const testMillis = timed(() => {
    left = filters.flatMap((filter, block) => {
      for (let probe = 0; probe < PROBES; probe += 1) {
        const bit = bitAt(a, b, probe, filter.length * 8);
        if ((filter[bit >>> 3] & (1 << (bit & 7))) === 0) return [];
      }
      return [block];
    });
  });
  const { query } = parseTextQuery('quixotryfew');
  const texts = Array.from({ length: TRACES_PER_BLOCK }, (_, at) => corpus.textsOf(at + 1).map(({ text }) => text));
  const blockMillis = timed(() => texts.forEach((ofTrace) => matchTexts(ofTrace, query)));
  return row('a Bloom filter a block', traces, cpu, bytes, {
    test_ms: testMillis,
    blocks_left: left.length,
    match_block_ms: blockMillis,
  });
};

export const measureVariants = async (corpus, traces, marks) => [
  await measureFts5(corpus, traces, marks, { name: 'FTS5, all terms with positions', options: '', distinct: false }),
  await measureFts5(corpus, traces, marks, {
    name: 'FTS5, distinct terms, detail=none',
    options: ', detail=none',
    distinct: true,
  }),
  measureFilters(corpus, traces, marks),
];
