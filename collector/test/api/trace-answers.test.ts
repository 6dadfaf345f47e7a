import { toOtlp } from 'noveum-proto';

import { NOON, query, spanIdOf, spanModel, spansArrive, traceIdOf } from '../../src/store/contract/index.js';
import { createMemoryTraceStore } from '../../src/store/memory/index.js';
import { createTraceAnswers } from '../../src/query/index.js';

const SPANS = 40;

/** A trace of a megabyte, with letters that take several bytes. */
const bigTrace = Array.from({ length: SPANS }, (_, at) =>
  spanModel({
    spanId: spanIdOf(at),
    parentSpanId: at === 0 ? null : spanIdOf(0),
    startUnixNano: NOON + BigInt(at),
    name: '😀é'.repeat(8_000),
    service: at % 2 === 0 ? 'api' : 'worker',
  }),
);

const open = async () => {
  const { writer, reader } = createMemoryTraceStore();
  await writer.write(spansArrive(bigTrace));
  return { reader, answers: createTraceAnswers(reader) };
};

const parse = (pieces: readonly Uint8Array[]): unknown => JSON.parse(Buffer.concat(pieces).toString());

test('the text of a trace is its JSON in each form, in pieces that can change hands', async () => {
  const { reader, answers } = await open();
  const place = { project: 'shop', traceKey: traceIdOf(0) };
  const document = (await reader.get(place.project, place.traceKey))!;
  const forms = { document, spans: document.spans, otlp: toOtlp(document) };
  for (const form of ['document', 'spans', 'otlp'] as const) {
    const { traceId, text } = (await answers.trace(place, form))!;
    expect([traceId, parse(text)]).toEqual([document.trace_id, JSON.parse(JSON.stringify(forms[form]))]);
    expect(text.length).toBeGreaterThan(2);
    for (const piece of text) expect(piece.byteLength).toBe(piece.buffer.byteLength);
  }
  expect(await answers.trace({ project: 'shop', traceKey: traceIdOf(9) }, 'document')).toBeNull();
});

test('a page has its summaries as text, and says where each trace is', async () => {
  const { reader, answers } = await open();
  const { traces, ...paging } = await reader.find(query());
  const { summaries, places, ...rest } = await answers.page(query());
  expect(parse(summaries)).toEqual(JSON.parse(JSON.stringify(traces)));
  expect(places).toEqual([{ project: 'shop', traceKey: traceIdOf(0) }]);
  expect(rest).toEqual(paging);
  const nothing = await answers.page(query({ filter: { ...query().filter, project: 'nobody' } }));
  expect(parse(nothing.summaries)).toEqual([]);
});
