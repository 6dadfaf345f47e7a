import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.js';
import { describeWithTool, type Tool } from '../support/tools.js';
import { expectedDocument, type SentIds, type SentTrace } from './expected-trace.js';
import { readUntilThere } from './read-trace.js';
import { SENT_VALUES, type SentValue } from './sent-values.js';

const PREPARE_TIMEOUT_MILLIS = 300_000;
const SEND_TIMEOUT_MILLIS = 60_000;

export interface ExporterTransport {
  /** Its suite's line, e.g. `http, gzip`. */
  readonly name: string;
  /** The arguments of the client program. */
  readonly args: (collector: CollectorProcess) => readonly string[];
  /** Values that come otherwise by this transport. */
  readonly values?: Readonly<Record<string, SentValue>>;
}

export interface ExporterClient {
  readonly name: string;
  readonly tools: readonly Tool[];
  readonly service: string;
  readonly exceptionType: string;
  readonly scopeAttributes?: Readonly<Record<string, unknown>>;
  /** Values that its language or its API can't send. */
  readonly lacks?: readonly string[];
  readonly transports: readonly ExporterTransport[];
  /** Installs or builds the client program; resolves to what runs it, which resolves to what it prints. */
  readonly prepare: () => Promise<(args: readonly string[]) => Promise<string>>;
}

interface OtlpSpan {
  readonly spanId: string;
  readonly attributes: readonly { readonly key: string; readonly value: unknown }[];
}

interface OtlpTrace {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[] }[];
}

const sentTrace = (client: ExporterClient, { values = {} }: ExporterTransport, ids: SentIds): SentTrace => ({
  ...ids,
  service: client.service,
  exceptionType: client.exceptionType,
  scopeAttributes: client.scopeAttributes ?? {},
  values: Object.fromEntries(
    Object.entries({ ...SENT_VALUES, ...values }).filter(([name]) => client.lacks?.includes(name) !== true),
  ),
});

const typedAttributes = (otlp: OtlpTrace, spanId: string): Readonly<Record<string, unknown>> => {
  const spans = otlp.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans: inScope }) => inScope));
  const [span, ...others] = spans.filter((candidate) => candidate.spanId === spanId);
  expect(others).toEqual([]);
  return Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, value]));
};

/** One collector, one test a transport: all that the client sent is read back. */
export const describeExporter = (client: ExporterClient): void => {
  describeWithTool(client.tools, `${client.name} against the built collector`, () => {
    let collector: CollectorProcess;
    let run: (args: readonly string[]) => Promise<string>;

    beforeAll(async () => {
      run = await client.prepare();
      collector = await startCollectorProcess();
    }, PREPARE_TIMEOUT_MILLIS);

    afterAll(() => collector.stop());

    test.each(client.transports)(
      'everything sent by $name is read back',
      async (transport) => {
        const sent = sentTrace(client, transport, JSON.parse(await run(transport.args(collector))) as SentIds);
        const url = `${collector.http}/v1/traces/${sent.traceId}`;

        const { trace } = await readUntilThere(url);
        expect(trace).toMatchObject(expectedDocument(sent));

        const typed = typedAttributes(await readUntilThere<OtlpTrace>(`${url}?format=otlp`), sent.callId);
        for (const [name, { otlp }] of Object.entries(sent.values)) expect([name, typed[name]]).toEqual([name, otlp]);
      },
      SEND_TIMEOUT_MILLIS,
    );
  });
};
