import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { ExportBatch } from '../../src/exporters/index.js';
import { answering, startAnsweringServer } from '../support/answering-server.js';
import { type RunningCollector, startCollector } from '../support/collector.js';
import { batchOfSpans, spanIdOf, traceIdOf } from '../support/requests.js';

/** A process of its own: the stock exporters load Node's modules in a way that a test's sandbox doesn't allow. */
const sendByStock = async (protocol: string, url: string, { request, spanCount }: ExportBatch): Promise<unknown> => {
  const script = join(process.cwd(), 'sdk/test/exporters/send-by-stock.mjs');
  const args = [script, protocol, url, Buffer.from(request).toString('base64'), String(spanCount)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
};

const batchOfTrace = (trace: number): ExportBatch =>
  batchOfSpans([
    { traceId: traceIdOf(trace), spanId: spanIdOf(1), attributes: [{ key: 'a', value: { doubleValue: 0.5 } }] },
    { traceId: traceIdOf(trace), spanId: spanIdOf(2), parentSpanId: spanIdOf(1), status: { code: 2, message: 'm' } },
  ]);

describe('to a collector', () => {
  let collector: RunningCollector;
  beforeAll(async () => {
    collector = await startCollector();
  });
  afterAll(() => collector.stop());

  it.each([
    ['http/json', 1],
    ['http/protobuf', 2],
    ['grpc', 3],
  ])('the stock exporter by %s brings the spans', async (protocol, trace) => {
    const url = protocol === 'grpc' ? `http://${collector.grpc}` : `${collector.http}/v1/traces`;
    expect(await sendByStock(protocol, url, batchOfTrace(trace))).toEqual({ status: 'delivered' });
    expect(await collector.trace(traceIdOf(trace), 2)).toMatchObject({
      span_count: 2,
      error_count: 1,
      services: ['shop'],
      spans: [{ attributes: { a: 0.5 }, scope: { name: 'tests', version: '1.2.3' } }, { status_message: 'm' }],
    });
  });
});

describe('chosen by the options', () => {
  let collector: RunningCollector;
  beforeAll(async () => {
    collector = await startCollector();
  });
  afterAll(() => collector.stop());

  it.each([
    ["{ type: 'otlp', implementation: 'stock' }", 'http'],
    ["{ type: 'otlp', protocol: 'grpc', headers: { 'x-tenant': 'a' } }", 'grpc'],
  ] as const)('%s sends through the thread', async (exporter, door) => {
    const endpoint = door === 'grpc' ? `http://${collector.grpc}` : collector.http;
    const script = `
      import { init, span, getCurrentTrace } from 'noveum-trace';
      const client = init({ endpoint: '${endpoint}', exporters: [${exporter}] });
      const traceId = span('outer', () => span('inner', () => getCurrentTrace().traceId));
      const isFlushed = await client.flush(20_000);
      console.log(JSON.stringify({ traceId, isFlushed, otlp: client.getStats().exporters.otlp }));
      await client.shutdown();`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: join(process.cwd(), 'sdk'),
    });
    const told = JSON.parse(stdout) as { readonly traceId: string };
    expect(told).toMatchObject({ isFlushed: true, otlp: { acknowledgedSpans: 2, inFlightSpans: 0 } });
    expect(await collector.trace(told.traceId, 2)).toMatchObject({ span_count: 2 });
  });
});

it('what the backend refuses for good is rejected', async () => {
  const server = await startAnsweringServer(answering(400));
  expect(await sendByStock('http/protobuf', server.url, batchOfTrace(4))).toEqual({
    status: 'rejected',
    rejectedSpans: 2,
    reason: 'code_400',
  });
  await server.close();
});
