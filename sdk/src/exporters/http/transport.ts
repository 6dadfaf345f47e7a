export interface HttpRequest {
  /** Default: POST. */
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
  /** What the body was made from: the same object in each try to send it. Default: the body. */
  readonly subject?: object;
  /** Of the answer no more is read. Default: 64 KiB. */
  readonly maxAnswerBytes?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Its beginning: see `maxAnswerBytes`. */
  readonly body: Uint8Array;
}

/** Brings one request to its server and the answer back. Follows no redirect. */
export interface HttpTransport {
  /** Rejects where no answer came: with an errno as `code` where there is one. */
  post(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** What is read of an answer: a server's page of errors need not fill the host's memory. */
export const MAX_ANSWER_BYTES = 64 * 1024;
