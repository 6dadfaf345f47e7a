import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createRedactor, KINDS } from '../proto/dist/redaction/index.js';
import { readCorpus } from '../proto/src/redaction/contract/read-corpus.ts';
import { score } from '../proto/src/redaction/contract/score.ts';
import { RESULTS } from './lib/paths.js';
import { printTable } from './lib/print-table.js';
import { createTextCorpus } from './lib/text-corpus.js';

/** What others redact with: measured beside ours, no dependencies of this project. Installed at first use. */
const PEERS = { '@redactpii/node': '1.0.17', 'redact-pii': '3.4.0' };
const PEERS_FOLDER = fileURLToPath(new URL('.cache/redaction-peers/', import.meta.url));

const CHUNK = 4096;
const REPEATS = 7;
/** Until the compilers have made of the code what they will. */
const WARM_UP_MICROS = 600_000;
const MILLIS_A_REPEAT = 150;

const installPeers = () => {
  if (Object.keys(PEERS).every((name) => existsSync(join(PEERS_FOLDER, 'node_modules', name)))) return;
  mkdirSync(PEERS_FOLDER, { recursive: true });
  writeFileSync(join(PEERS_FOLDER, 'package.json'), '{"private":true}\n');
  const packages = Object.entries(PEERS).map(([name, version]) => `${name}@${version}`);
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', ...packages];
  const { status } = spawnSync('npm', args, { cwd: PEERS_FOLDER, stdio: 'inherit' });
  if (status !== 0) throw new Error('the peers could not be installed');
};

const loadRedactors = () => {
  installPeers();
  const require = createRequire(PEERS_FOLDER);
  const ours = createRedactor();
  const redactpii = new (require('@redactpii/node').Redactor)();
  const redactPii = new (require('redact-pii').SyncRedactor)();
  return {
    noveum: (text) => ours.text(text),
    '@redactpii/node': (text) => redactpii.redact(text),
    'redact-pii': (text) => redactPii.redact(text),
    // The least that looking at every character costs: what the machine does at the moment.
    'a loop over the characters': (text) => {
      let sum = 0;
      for (let at = 0; at < text.length; at++) sum ^= text.charCodeAt(at);
      return sum === -1 ? '' : text;
    },
  };
};

const percent = (value) => `${(value * 100).toFixed(1)} %`;

const accuracy = (redactors) => {
  const corpus = readCorpus();
  return ['all', ...KINDS].flatMap((kind) =>
    Object.entries(redactors)
      .slice(0, 3)
      .map(([name, redact]) => {
        const only = kind === 'all' ? undefined : kind;
        // Which kind a peer meant by what it changed can't be told: its precision is of all kinds together.
        const alone =
          only && name === 'noveum'
            ? createRedactor({ action: 'none', actions: { [kind]: 'replace', url_credentials: 'replace' } })
            : null;
        const { labelled, found, recall } = score(corpus, redact, only);
        const told = alone === null ? score(corpus, redact, only) : score(corpus, (text) => alone.text(text), only);
        const precision = only === undefined || alone !== null ? percent(told.precision) : '';
        return { kind, redactor: name, labelled, found, recall: percent(recall), precision };
      }),
  );
};

const chunksOf = (snippets) => {
  const text = snippets.map((snippet) => snippet.text).join('\n');
  return Array.from({ length: Math.ceil(text.length / CHUNK) }, (_, i) =>
    // Flat, as a text that came over the wire is.
    Buffer.from(text.slice(i * CHUNK, (i + 1) * CHUNK)).toString(),
  );
};

const cpuMicrosOf = (work) => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
};

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** CPU time a KiB (1,024 characters), median of repeats that take turns. */
const speed = (redactors, name, chunks) => {
  const characters = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const runs = Object.entries(redactors).map(([redactor, redact]) => {
    const once = () => chunks.forEach((chunk) => redact(chunk));
    for (let spent = 0; spent < WARM_UP_MICROS;) spent += cpuMicrosOf(once) + 1;
    const rounds = Math.max(
      1,
      Math.round((MILLIS_A_REPEAT * 20_000) / cpuMicrosOf(() => Array.from({ length: 20 }, once))),
    );
    return { redactor, once, rounds, micros: [] };
  });
  for (let repeat = 0; repeat < REPEATS; repeat++)
    for (const { once, rounds, micros } of runs) {
      const cpu = cpuMicrosOf(() => {
        for (let i = 0; i < rounds; i++) once();
      });
      micros.push(cpu / rounds / (characters / 1024));
    }
  return runs.map(({ redactor, micros }) => ({
    text: name,
    redactor,
    cpu_us_per_kib: Number(median(micros).toFixed(2)),
  }));
};

/** Prompts, answers, tools' arguments and results of four traces, made up of drawn words. */
const spanTexts = () => {
  const { textsOf } = createTextCorpus();
  return [1, 2, 3, 4].flatMap((number) => textsOf(number));
};

const redactors = loadRedactors();
const measures = {
  accuracy: accuracy(redactors),
  speed: [
    ...speed(redactors, 'texts of LLM spans', chunksOf(spanTexts())),
    ...['plain-prompts', 'plain-code', 'plain-json', 'plain-logs'].flatMap((file) =>
      speed(redactors, file, chunksOf(readCorpus((name) => name === `${file}.txt`))),
    ),
    ...speed(redactors, 'something in every line', chunksOf(readCorpus((name) => !name.startsWith('plain-')))),
  ],
};
for (const [name, rows] of Object.entries(measures)) printTable(name, rows);
mkdirSync(RESULTS, { recursive: true });
const file = join(RESULTS, 'redaction.json');
const machine = { node: process.version, cores: cpus().length, cpu: cpus()[0]?.model };
writeFileSync(file, `${JSON.stringify({ machine, peers: PEERS, measures }, null, 2)}\n`);
console.log(`\nwritten to ${file}`);
