import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';

import { startCollectorProcess } from '../support/collector-process.js';
import {
  forwardMetric,
  freePort,
  makeWorkplace,
  otlpTrace,
  post,
  spansOf,
  traceIdOf,
  until,
  type Workplace,
} from './two-collectors.js';

jest.setTimeout(90_000);

let workplace: Workplace;
const opened: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  workplace = await makeWorkplace();
});
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
  await workplace.clear();
});

interface Started {
  readonly forward?: readonly object[];
  readonly args?: readonly string[];
  readonly httpPort?: number;
  readonly grpcPort?: number;
}

const start = async (name: string, { forward = [], args = [], ...ports }: Started = {}) => {
  const config = await workplace.config(name, forward);
  const collector = await startCollectorProcess({
    dataDir: workplace.path(name),
    args: ['--config', config, ...args],
    ...ports,
  });
  opened.push(() => collector.stop());
  return collector;
};

const count = (spans: Readonly<Record<string, number>>): number => Object.keys(spans).length;

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      opened.push(
        () =>
          new Promise((closed) => {
            server.closeAllConnections();
            server.close(closed);
          }),
      );
      resolve(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
    });
  });

test.each(['http/protobuf', 'grpc'])('all that is accepted goes to a second collector too, by %s', async (protocol) => {
  const second = await start('second');
  const url = protocol === 'grpc' ? `http://${second.grpc}` : second.http;
  const first = await start('first', { forward: [{ name: 'second', url, protocol, compression: 'gzip', logs: true }] });
  for (let number = 0; number < 20; number++) expect(await post(first.http, otlpTrace(number))).toBe(200);
  const native = {
    trace_id: 'checkout-17',
    name: 'checkout',
    project: 'shop',
    start_time: new Date().toISOString(),
    end_time: new Date().toISOString(),
    spans: [{ span_id: 'a', trace_id: 'checkout-17', name: 'pay', start_time: new Date().toISOString() }],
  };
  expect(await post(first.http, { traces: [native] })).toBe(200);
  const taken = await until(
    () => spansOf(second.http),
    (spans) => count(spans) >= 20,
  );
  expect(taken).toMatchObject({ [traceIdOf(0)]: 2, [traceIdOf(19)]: 2 });
  await until(
    () => forwardMetric(first.http, 'sent_spans_total', 'second'),
    (sent) => sent === 41,
  );
});

test('a filter lets through one service, or failures only', async () => {
  const [shop, errors] = [await start('shop'), await start('errors')];
  const first = await start('first', {
    forward: [
      { name: 'shop', url: shop.http, filter: { service: 'shop' } },
      { name: 'errors', url: `http://${errors.grpc}`, protocol: 'grpc', filter: { errorsOnly: true } },
    ],
  });
  for (let number = 0; number < 12; number++) {
    const service = number % 2 === 0 ? 'shop' : 'bank';
    expect(await post(first.http, otlpTrace(number, { service, failed: number % 3 === 0 }))).toBe(200);
  }
  const ofShop = await until(
    () => spansOf(shop.http),
    (spans) => count(spans) >= 6,
  );
  expect(Object.keys(ofShop).sort()).toEqual([0, 2, 4, 6, 8, 10].map(traceIdOf));
  const failed = await until(
    () => spansOf(errors.http),
    (spans) => count(spans) >= 4,
  );
  expect(failed).toEqual(Object.fromEntries([0, 3, 6, 9].map((number) => [traceIdOf(number), 1])));
});

test('while the other is away, and though either is killed, nothing is lost and nothing doubled', async () => {
  const port = await freePort();
  const forward = [{ name: 'second', url: `http://127.0.0.1:${String(port)}` }];
  const args = ['--journal-file-bytes', '64KiB'];
  const first = await start('first', { forward, args });
  const send = async (http: string, from: number, to: number): Promise<void> => {
    for (let number = from; number < to; number++)
      expect(await post(http, otlpTrace(number, { bytes: 4000 }))).toBe(200);
  };
  await send(first.http, 0, 80);
  await until(
    () => forwardMetric(first.http, 'failing', 'second'),
    (failing) => failing === 1,
  );
  await first.kill();
  const again = await start('first', { forward, args });
  await send(again.http, 80, 120);
  const second = await start('second', { httpPort: port });
  await until(
    () => spansOf(second.http),
    (spans) => count(spans) > 0,
  );
  await second.kill();
  await send(again.http, 120, 160);
  const back = await start('second', { httpPort: port });
  const spans = await until(
    () => spansOf(back.http),
    (seen) => count(seen) === 160,
  );
  expect(spans).toEqual(Object.fromEntries(Array.from({ length: 160 }, (_, number) => [traceIdOf(number), 2])));
  expect(await spansOf(again.http)).toEqual(spans);
});

test('an endpoint that never answers slows no acknowledgement, and is nobody else’s fault', async () => {
  const sockets: Socket[] = [];
  const silent = createTcpServer((socket) => sockets.push(socket));
  const port = await new Promise<number>((resolve) => {
    silent.listen(0, '127.0.0.1', () => {
      resolve((silent.address() as AddressInfo).port);
    });
  });
  opened.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((closed) => silent.close(closed));
  });
  const first = await start('first', {
    forward: [
      { name: 'silent', url: `http://127.0.0.1:${String(port)}`, timeoutMillis: 1000 },
      { name: 'silent-grpc', url: `http://127.0.0.1:${String(port)}`, protocol: 'grpc', timeoutMillis: 1000 },
    ],
  });
  for (let number = 0; number < 50; number++) expect(await post(first.http, otlpTrace(number))).toBe(200);
  await until(
    () => forwardMetric(first.http, 'failing', 'silent-grpc'),
    (failing) => failing === 1,
  );
  const health = (await (await fetch(`${first.http}/health`)).json()) as { status: string; parts: object };
  expect(health.status).toBe('healthy');
  expect(health.parts).toMatchObject({ 'forward.silent-grpc': { status: 'degraded', code: 'TIMEOUT', isApart: true } });
  expect(count(await spansOf(first.http))).toBe(50);
  expect(await forwardMetric(first.http, 'lag_bytes', 'silent')).toBeGreaterThan(1000);
});

test('a request that the endpoint refuses for good is left behind, the others go on', async () => {
  const taken: string[] = [];
  const url = await listen(
    createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('latin1');
        const isPoisoned = text.includes('poison');
        if (!isPoisoned) taken.push(...Array.from(text.matchAll(/service-(\d+)/g), ([, number]) => number ?? ''));
        response.writeHead(isPoisoned ? 400 : 200, { 'content-type': 'application/x-protobuf' }).end();
      });
    }),
  );
  const first = await start('first', { forward: [{ name: 'fussy', url }] });
  const numbers = Array.from({ length: 30 }, (_, number) => number);
  await Promise.all(
    numbers.map((number) =>
      post(first.http, otlpTrace(number, { service: number === 13 ? 'poison' : `service-${String(number)}` })),
    ),
  );
  await until(
    () => Promise.resolve(taken.length),
    (length) => length >= 29,
  );
  expect(taken.map(Number).sort((a, b) => a - b)).toEqual(numbers.filter((number) => number !== 13));
  await until(
    () => forwardMetric(first.http, 'rejected_items_total', 'fussy'),
    (rejected) => rejected === 2,
  );
  expect(first.log()).toContain('HTTP_400');
  expect(first.log()).not.toContain('poison');
});

test('two collectors that forward to each other pass everything on once', async () => {
  const [portOfFirst, portOfSecond] = [await freePort(), await freePort()];
  const to = (port: number) => [{ name: 'other', url: `http://127.0.0.1:${String(port)}` }];
  const first = await start('first', { forward: to(portOfSecond), httpPort: portOfFirst });
  const second = await start('second', { forward: to(portOfFirst), httpPort: portOfSecond });
  for (let number = 0; number < 5; number++) expect(await post(first.http, otlpTrace(number))).toBe(200);
  await until(
    () => forwardMetric(second.http, 'sent_spans_total', 'other'),
    (sent) => sent === 10,
  );
  expect(await post(second.http, otlpTrace(5))).toBe(200);
  await until(
    () => forwardMetric(first.http, 'sent_spans_total', 'other'),
    (sent) => sent === 12,
  );
  await until(
    () => forwardMetric(second.http, 'sent_spans_total', 'other'),
    (sent) => sent === 12,
  );
  expect(count(await spansOf(first.http))).toBe(6);
});

test('an endpoint that is the collector itself stops the start', async () => {
  const port = await freePort();
  const forward = [{ name: 'me', url: `http://localhost:${String(port)}` }];
  await expect(start('first', { forward, grpcPort: port })).rejects.toThrow(
    /forward\[0\]\.url must be another's address/,
  );
});
