import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const WAIT_MILLIS = 25_000;
const POLL_MILLIS = 50;

/** A port that is free now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });

/** Resolves once it holds; rejects with what it last gave. A store that is just being made may answer 503. */
export const until = async <T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> => {
  const end = Date.now() + WAIT_MILLIS;
  for (;;) {
    const seen = await look().catch((error: unknown) => error as Error);
    if (!(seen instanceof Error) && holds(seen)) return seen;
    if (Date.now() > end)
      throw new Error(
        `not within ${String(WAIT_MILLIS)} ms: ${seen instanceof Error ? seen.message : JSON.stringify(seen)}`,
      );
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
  }
};

export interface Workplace {
  readonly directory: string;
  /** A directory of its own in the workplace. */
  path(name: string): string;
  /** Writes a configuration that forwards so; returns its path. */
  config(name: string, forward: readonly object[]): Promise<string>;
  clear(): Promise<void>;
}

export const makeWorkplace = async (): Promise<Workplace> => {
  const directory = await mkdtemp(join(tmpdir(), 'noveum-forward-'));
  return {
    directory,
    path: (name) => join(directory, name),
    async config(name, forward) {
      const path = join(directory, `${name}.json`);
      await writeFile(path, JSON.stringify({ forward }));
      return path;
    },
    clear: () => rm(directory, { recursive: true, force: true }),
  };
};

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');
export const traceIdOf = (number: number): string => hex(number + 1, 32);

export interface SpanKind {
  readonly service?: string;
  readonly failed?: boolean;
  /** Characters of an attribute, so that a request has a size. */
  readonly bytes?: number;
}

/** An OTLP/JSON request with one trace of two spans. */
export const otlpTrace = (number: number, { service = 'shop', failed = false, bytes = 10 }: SpanKind = {}): object => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
      scopeSpans: [
        {
          scope: { name: 'test' },
          spans: [1, 2].map((span) => ({
            traceId: traceIdOf(number),
            spanId: hex(number * 10 + span, 16),
            ...(span === 2 ? { parentSpanId: hex(number * 10 + 1, 16) } : {}),
            name: `step ${String(span)}`,
            kind: 1,
            startTimeUnixNano: `${String(Date.now() - 1000)}000000`,
            endTimeUnixNano: `${String(Date.now())}000000`,
            attributes: [{ key: 'filling', value: { stringValue: 'x'.repeat(bytes) } }],
            status: failed && span === 2 ? { code: 2 } : {},
          })),
        },
      ],
    },
  ],
});

export const post = async (http: string, body: object, path = '/v1/traces'): Promise<number> => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${http}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  await response.arrayBuffer();
  return response.status;
};

interface Listed {
  readonly trace_id: string;
  readonly span_count: number;
}

/** Spans by trace, as a collector has them. */
export const spansOf = async (http: string, project?: string): Promise<Record<string, number>> => {
  const query = project === undefined ? '' : `&project=${project}`;
  const response = await fetch(`${http}/v1/traces?limit=1000${query}`);
  if (!response.ok) throw new Error(`reading was answered ${String(response.status)}: ${await response.text()}`);
  const { traces } = (await response.json()) as { traces: readonly Listed[] };
  return Object.fromEntries(traces.map(({ trace_id: id, span_count: count }) => [id, count]));
};

/** A counter or gauge of an endpoint. */
export const forwardMetric = async (http: string, name: string, endpoint: string): Promise<number> => {
  const text = await (await fetch(`${http}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`noveum_forward_${name}{endpoint="${endpoint}"}`));
  return Number(line?.split(' ').at(-1) ?? Number.NaN);
};
