import { SENDER_HEADER } from 'noveum-proto/sender';

import { readableSpan } from '../../../test/readable-spans.js';
import { encode } from '../../../test/requests.js';
import { answering, startAnsweringServer } from '../../../test/support/answering-server.js';
import { createLedger } from '../../ledger/index.js';
import { type ExporterOption, resolveOptions } from '../../options/index.js';
import { createTelling, senderProcessOf } from '../../sender/index.js';
import { buildPipeline } from '../index.js';
import { pipelineSettingsOf } from '../settings/index.js';
import { edgeWires } from './index.js';

const PAGE = { isHidden: () => false };

/** The names of the headers that one batch is sent with. */
const headersOf = async (
  exporterTo: (endpoint: string) => ExporterOption,
  page: typeof PAGE | undefined,
): Promise<readonly string[]> => {
  const server = await startAnsweringServer(answering(200, { 'content-type': 'application/json' }, '{}'));
  const { options } = resolveOptions({ code: { exporters: [exporterTo(`http://127.0.0.1:${server.port}`)] } });
  const ledger = createLedger();
  const pipeline = buildPipeline({
    settings: pipelineSettingsOf(options, false),
    wires: edgeWires(page, () => undefined),
    ledger,
    sender: { process: senderProcessOf(options, () => 'id'), told: createTelling(ledger) },
  });
  ledger.created(1);
  await pipeline.accept({ request: encode([readableSpan()]), spanCount: 1, isPlain: true });
  await pipeline.close(5_000);
  await server.close();
  return server.received.flatMap(({ headers }) => Object.keys(headers));
};

const otlp = (endpoint: string): ExporterOption => ({ type: 'otlp', endpoint });
const noveum = (endpoint: string): ExporterOption => ({ type: 'noveum', endpoint });

test.each([
  ['an OTLP backend from a worker', otlp, undefined, true],
  // Elsewhere a request from a page may carry no header that its server doesn't name: it would be refused altogether.
  ['an OTLP backend from a page', otlp, PAGE, false],
  ['a collector from a page', noveum, PAGE, true],
])('%s is told of the sender only where it may be', async (_to, exporterTo, page, isTold) => {
  const headers = await headersOf(exporterTo, page);
  expect(headers).toContain('content-type');
  expect(headers.includes(SENDER_HEADER)).toBe(isTold);
});
