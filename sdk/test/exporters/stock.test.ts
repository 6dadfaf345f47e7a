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

it('what the backend refuses for good is rejected', async () => {
  const server = await startAnsweringServer(answering(400));
  expect(await sendByStock('http/protobuf', server.url, batchOfTrace(4))).toEqual({
    status: 'rejected',
    rejectedSpans: 2,
    reason: 'code_400',
  });
  await server.close();
});
