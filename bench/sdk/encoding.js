// What a span costs to encode, and to walk and rewrite as bytes, beside the stock encoder in the same run; microseconds of
// CPU, the median of alternating rounds. `npm run build && node bench/sdk/encoding.js [--rounds 15]`.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';

import { otlpJsonOf, rewriteRequest, spansOf, splitRequest } from '../../proto/dist/records/index.js';
import { createSpanEncoder } from '../../sdk/dist/encode/index.js';
import { readableSpansOf } from '../../sdk/dist/records/index.js';
import { eightAttributes, llmAttributes } from './workload.js';

// As the stock exporter has it.
const ofExporter = createRequire(import.meta.resolve('@opentelemetry/exporter-trace-otlp-proto'));
const { ProtobufTraceSerializer } = ofExporter('@opentelemetry/otlp-transformer');

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const ROUNDS = Number(values.rounds);
const WARM_UP_ROUNDS = 3;
const REPEATS = 20;
/** About what a batch holds. */
const SPANS = 100;

const endedSpans = (attributesOf) => {
  const ended = [];
  const keep = {
    onStart() {},
    onEnd: (span) => ended.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const tracer = new BasicTracerProvider({ spanProcessors: [keep] }).getTracer('bench');
  for (let i = 0; i < SPANS; i++) tracer.startSpan('chat gpt-4o').setAttributes(attributesOf(i)).end();
  return ended;
};

const casesOf = (spans) => {
  const encoder = createSpanEncoder();
  const encode = () => {
    for (const span of spans) encoder.append(span);
    return encoder.take();
  };
  const { request } = encode();
  const staged = (stage) => () => rewriteRequest(request, { span: [stage] });
  return {
    'stock encoder': () => ProtobufTraceSerializer.serializeRequest(spans),
    encode,
    'encode, buffer given back': () => encoder.reuse(encode().request.buffer),
    'walk, nothing changes': staged(() => undefined),
    'set two attributes': staged((record) => {
      record.setAttribute('llm.cost', 0.1);
      record.setAttribute('noveum.kind', 'llm');
    }),
    'map all strings, none changes': staged((record) => record.mapStrings((text) => text)),
    'limits, nothing beyond': staged((record) =>
      record.limit({ attributeValueLength: 100_000, attributesPerSpan: 128 }),
    ),
    'facts of each span': () => spansOf(request),
    'split in two': () => splitRequest(request, 2),
    'to OTLP/JSON': () => otlpJsonOf(request),
    'to ReadableSpans': () => readableSpansOf(request),
  };
};

const medianOf = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

const microsASpan = (work) => {
  const before = process.cpuUsage();
  for (let i = 0; i < REPEATS; i++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / REPEATS / SPANS;
};

for (const [name, attributesOf] of [
  ['8 attributes', eightAttributes],
  ['LLM, 2 KB + 2 KB', llmAttributes],
]) {
  const cases = Object.entries(casesOf(endedSpans(attributesOf)));
  const measured = new Map(cases.map(([label]) => [label, []]));
  for (let round = 0; round < ROUNDS + WARM_UP_ROUNDS; round++)
    for (const [label, work] of cases) {
      const micros = microsASpan(work);
      if (round >= WARM_UP_ROUNDS) measured.get(label).push(micros);
    }
  const stock = medianOf(measured.get('stock encoder'));
  console.log(name);
  for (const [label, rounds] of measured) {
    const micros = medianOf(rounds);
    console.log(
      `  ${label.padEnd(32)} ${micros.toFixed(2).padStart(7)} us/span  ${(micros / stock).toFixed(3)} of stock`,
    );
  }
}
