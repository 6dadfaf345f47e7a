import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseTextQuery } from 'noveum-proto';

import { dataPathsOf } from '../../src/config/index.js';
import { createDiskFiles } from '../../src/files/index.js';
import { openTextReader } from '../../src/store/embedded/text/index.js';
import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.js';

const KILLS = 3;
const TRACES_A_LIFE = 150;
const TIMEOUT_MILLIS = 90_000;
const POLL_MILLIS = 100;

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'noveum-text-crash-'));
});
afterEach(async () => {
  await rm(dataDir, { recursive: true });
});

const wordOf = (number: number): string => `word${String(number)}`;

const send = async (http: string, number: number): Promise<boolean> => {
  const start_time = '2026-11-20T12:00:00Z';
  const attributes = { 'llm.prompt': `everywhere ${wordOf(number)}` };
  const spans = [{ span_id: 's', name: 'chat', start_time, attributes }];
  const body = JSON.stringify({ trace_id: String(number).padStart(32, '0'), name: 'run', start_time, spans });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${http}/v1/trace`, { method: 'POST', headers, body }).catch(() => null);
  return response?.ok === true;
};

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
};

const metricsOf = async ({ http }: CollectorProcess): Promise<string> => (await fetch(`${http}/metrics`)).text();

const isIndexed = async (collector: CollectorProcess): Promise<boolean> => {
  const metrics = await metricsOf(collector);
  return /^noveum_drain_lag_bytes 0$/m.test(metrics) && /^noveum_text_lag_seconds 0$/m.test(metrics);
};

/** The keys that the index by itself proposes. */
const inIndex = async (word: string): Promise<number[]> => {
  const parsed = parseTextQuery(word);
  if (parsed.status === 'refused') throw new Error(parsed.issue);
  const reader = openTextReader({ files: createDiskFiles(), directory: dataPathsOf(dataDir).store });
  const numbers: number[] = [];
  for await (const { traceKey } of reader.candidates({ project: null, query: parsed.query }))
    numbers.push(Number(traceKey));
  reader.close();
  return numbers.sort((a, b) => a - b);
};

test(
  'the index of texts has all that the store has, whenever the collector was killed',
  async () => {
    const acknowledged = new Set<number>();
    let next = 1;
    for (let life = 0; life <= KILLS; life++) {
      const collector = await startCollectorProcess({ dataDir });
      try {
        for (let sent = 0; sent < TRACES_A_LIFE; sent++) {
          const number = next++;
          if (await send(collector.http, number)) acknowledged.add(number);
        }
        if (life < KILLS) continue;
        await until(() => isIndexed(collector));
        const word = wordOf(1);
        const page = (await (await fetch(`${collector.http}/v1/traces?q=${word}`)).json()) as {
          traces: { matches: { snippet: string }[] }[];
        };
        expect(page.traces.map(({ matches }) => matches.map(({ snippet }) => snippet))).toEqual([
          [`everywhere ${word}`],
        ]);
      } finally {
        await (life < KILLS ? collector.kill() : collector.stop());
      }
    }
    expect(acknowledged.size).toBe((KILLS + 1) * TRACES_A_LIFE);
    expect(await inIndex('everywhere')).toEqual([...acknowledged].sort((a, b) => a - b));
    expect(await inIndex(wordOf(TRACES_A_LIFE))).toEqual([TRACES_A_LIFE]);
  },
  TIMEOUT_MILLIS,
);

test(
  'a restart goes on where the index is: nothing that it has is read again',
  async () => {
    const indexedTexts: number[] = [];
    for (let life = 1; life <= 3; life++) {
      const collector = await startCollectorProcess({ dataDir });
      try {
        expect(await send(collector.http, life)).toBe(true);
        await until(async () => (await inIndex(wordOf(life))).length === 1);
        await until(() => isIndexed(collector));
        const [, texts] = /^noveum_text_indexed_texts_total (\d+)$/m.exec(await metricsOf(collector)) ?? [];
        indexedTexts.push(Number(texts));
      } finally {
        await collector.stop();
      }
    }
    expect(indexedTexts[0]).toBeGreaterThan(0);
    expect(indexedTexts).toEqual(indexedTexts.map(() => indexedTexts[0]));
    expect(await inIndex('everywhere')).toEqual([1, 2, 3]);
  },
  TIMEOUT_MILLIS,
);
