import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { ensureLoadgen } from './lib/loadgen.js';
import { RESULTS } from './lib/paths.js';
import { printTable } from './lib/print-table.js';
import { measureAway } from './measures/away.js';
import { measureBig } from './measures/big.js';
import { measureBulk } from './measures/bulk.js';
import { measureExport } from './measures/export.js';
import { measureIngest } from './measures/ingest.js';
import { measureKills } from './measures/kills.js';
import { measureReads } from './measures/reads.js';
import { measureRoots } from './measures/roots.js';
import { measureTextIndex } from './measures/text-index.js';
import { measureTextSearch } from './measures/text-search.js';
import { measureText } from './measures/text.js';
import { measureVisible } from './measures/visible.js';

const MEASURES = {
  ingest: measureIngest,
  big: measureBig,
  visible: measureVisible,
  reads: measureReads,
  export: measureExport,
  kills: measureKills,
  text: measureText,
  'text-search': measureTextSearch,
  'text-index': measureTextIndex,
  roots: measureRoots,
  bulk: measureBulk,
  away: measureAway,
};
/** Measures of one store's own parts. */
const ONLY_OF = { text: 'embedded', 'text-index': 'embedded', bulk: 'elasticsearch', away: 'elasticsearch' };

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seconds: { type: 'string', default: '20' },
    spans: { type: 'string', default: '1000000' },
    kills: { type: 'string', default: '5' },
    store: { type: 'string', default: 'embedded' },
    name: { type: 'string' },
    // Where `reads` and `text-search` keep the filled store: what is there already is read as it is.
    'data-dir': { type: 'string' },
  },
});

const positive = (name) => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number from 1`);
  return value;
};

const options = {
  seconds: positive('seconds'),
  spans: positive('spans'),
  kills: positive('kills'),
  store: values.store,
  dataDir: values['data-dir'] === undefined ? null : resolve(values['data-dir']),
};
const ofStore = Object.keys(MEASURES).filter((name) => (ONLY_OF[name] ?? options.store) === options.store);
const wanted = values.only?.split(',') ?? ofStore;
const unknown = wanted.find((name) => !ofStore.includes(name));
if (unknown !== undefined) throw new Error(`--only must be of ${ofStore.join(', ')}, not ${unknown}`);

if (wanted.some((name) => name !== 'text-index')) ensureLoadgen();
const measures = {};
for (const name of wanted) {
  measures[name] = await MEASURES[name](options);
  printTable(name, measures[name]);
}

mkdirSync(RESULTS, { recursive: true });
const file = join(RESULTS, `${values.name ?? values.store}.json`);
const machine = { node: process.version, cores: cpus().length, cpu: cpus()[0]?.model };
writeFileSync(file, `${JSON.stringify({ ...options, machine, measures }, null, 2)}\n`);
console.log(`\nwritten to ${file}`);

const lost = (measures.kills ?? []).reduce((sum, row) => sum + row.missing + row.doubled, 0);
if (lost > 0) process.exitCode = 1;
