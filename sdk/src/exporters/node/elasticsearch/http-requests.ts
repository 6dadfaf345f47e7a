import {
  type ElasticsearchTransport,
  type Fault,
  faultOfAnswer,
  faultWithout,
  RequestFault,
} from 'noveum-proto/elasticsearch';

import { createSender, type Headers, type HttpTransport, isSuccess, type Pack } from '../../http/index.js';
import type { Clock } from '../../clock.js';

export interface HttpRequestsOptions {
  /** Of a node or a load balancer; its path is put before every request's. */
  readonly url: string;
  readonly apiKey: string | null;
  readonly username: string | null;
  readonly password: string | null;
  /** Of one request. */
  readonly timeoutMillis: number;
  readonly transport: HttpTransport;
  readonly pack: Pack;
  readonly clock: Clock;
  /** Of an answer that is read; what is longer is asked for in halves. Default: 32 MiB. */
  readonly maxAnswerBytes?: number;
  /** Of what is exported at the moment. */
  readonly signal: () => AbortSignal;
}

const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
/** By these a node of version 8 or 9 speaks as one of version 8. */
const JSON_TYPE = 'application/vnd.elasticsearch+json; compatible-with=8';
const LINES_TYPE = 'application/vnd.elasticsearch+x-ndjson; compatible-with=8';
const NO_BODY = new Uint8Array(0);

const authorizationOf = ({ apiKey, password, username }: HttpRequestsOptions): Headers => {
  if (apiKey !== null) return { authorization: `ApiKey ${apiKey}` };
  if (username === null) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` };
};

const BROKEN: Fault = faultWithout('unreachable', 'broken_answer');

const parsed = (body: Uint8Array): { readonly json: unknown } | null => {
  try {
    return { json: JSON.parse(new TextDecoder().decode(body)) as unknown };
  } catch {
    return null;
  }
};

/** Speaks to a cluster over the SDK's own HTTP: a client's package of its own is no part of it. */
export const createHttpRequests = (options: HttpRequestsOptions): ElasticsearchTransport => {
  const { clock, maxAnswerBytes = MAX_ANSWER_BYTES, pack, signal, timeoutMillis, transport } = options;
  const headers: Headers = { ...authorizationOf(options), accept: JSON_TYPE };
  const base = options.url.replace(/\/+$/, '');

  return {
    async request<T>(
      { body, bulkBody, method, path, querystring = {} }: Parameters<ElasticsearchTransport['request']>[0],
      ignore: readonly number[] = [],
    ) {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(querystring)) query.set(name, String(value));
      const url = `${base}${path}${query.size > 0 ? `?${query.toString()}` : ''}`;
      const sender = createSender({
        url,
        headers,
        timeoutMillis,
        transport: {
          post: (request, at) => transport.post({ ...request, method, maxAnswerBytes }, at),
          close: () => Promise.resolve(),
        },
        pack,
        clock,
      });
      const bytes = bulkBody ?? (body === undefined ? NO_BODY : Buffer.from(JSON.stringify(body)));
      const sent = await sender.send(
        bytes as Uint8Array<ArrayBuffer>,
        bulkBody === undefined ? JSON_TYPE : LINES_TYPE,
        signal(),
        bytes,
      );
      if (sent.status === 'retry') throw new RequestFault(faultWithout('unreachable'));
      const { answer } = sent;
      if (answer.body.length >= maxAnswerBytes) throw new RequestFault(faultWithout('too-large', 'answer_too_large'));
      const read = parsed(answer.body);
      if (!isSuccess(answer) && !ignore.includes(answer.status))
        throw new RequestFault(faultOfAnswer(answer.status, read?.json, answer.retryAfter));
      if (read === null) throw new RequestFault(BROKEN);
      return read.json as T;
    },
    faultOf: (error) => (error instanceof RequestFault ? error.fault : null),
  };
};
