import type { Fault } from './fault.js';

export interface ElasticsearchRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** With a slash at its beginning; names in it are escaped. */
  readonly path: string;
  readonly querystring?: Readonly<Record<string, string | boolean>>;
  /** JSON. */
  readonly body?: object;
  /** In place of `body`: lines of JSON. */
  readonly bulkBody?: Buffer;
}

/** Speaks to a cluster, each request once. */
export interface ElasticsearchTransport {
  /** The answer's JSON; rejects where its status is no success and not to be ignored, and where there is none. */
  request<T>(request: ElasticsearchRequest, ignore?: readonly number[]): Promise<T>;
  /** What its error means; null: it is a fault of ours. */
  readonly faultOf: (error: unknown) => Fault | null;
}

/** 404 is an answer. */
export const NOTHING_THERE = [404];
