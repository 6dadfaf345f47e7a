import { type Clock, deadlineOf } from '../clock.js';
import type { ExportOutcome } from '../exporter.js';
import type { Pack } from './compression.js';
import type { HttpAnswer, HttpTransport } from './transport.js';

export type Headers = Readonly<Record<string, string>>;
/** Fixed, or asked for before each request: a token that expires. */
export type HeaderSource = Headers | (() => Headers | Promise<Headers>);

export interface SenderOptions {
  readonly url: string;
  readonly headers?: HeaderSource | undefined;
  /** Of one try, from the headers to the end of the answer. */
  readonly timeoutMillis: number;
  readonly transport: HttpTransport;
  readonly pack: Pack;
  readonly clock: Clock;
}

export type SentAnswer =
  { readonly status: 'answered'; readonly answer: HttpAnswer } | Extract<ExportOutcome, { status: 'retry' }>;

/** One POST, tried once. Never rejects. */
export interface Sender {
  /** `subject`: as in `HttpRequest`. `headersOf`: of the body as it goes, after packing. */
  send(
    body: Uint8Array<ArrayBuffer>,
    contentType: string,
    signal: AbortSignal,
    subject: object,
    headersOf?: (packed: Uint8Array<ArrayBuffer>) => Promise<Headers>,
  ): Promise<SentAnswer>;
  close(): Promise<void>;
}

const codeOf = (error: unknown): string => {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  const found = code ?? cause?.code;
  return typeof found === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(found) ? found : 'network';
};

export const createSender = ({ url, headers = {}, timeoutMillis, transport, pack, clock }: SenderOptions): Sender => {
  const headersNow = async (): Promise<Headers> => (typeof headers === 'function' ? headers() : headers);
  return {
    async send(body, contentType, signal, subject, headersOf) {
      const deadline = deadlineOf(clock, timeoutMillis, signal);
      let part = 'headers';
      try {
        const own = await headersNow();
        part = 'packing';
        const packed = await pack(body);
        const more = (await headersOf?.(packed.body)) ?? {};
        part = '';
        const answer = await transport.post(
          {
            url,
            headers: {
              ...own,
              ...more,
              'content-type': contentType,
              ...(packed.isGzip ? { 'content-encoding': 'gzip' } : {}),
            },
            body: packed.body,
            subject,
          },
          deadline.signal,
        );
        return { status: 'answered', answer };
      } catch (error) {
        const reason = deadline.isOver() ? 'timeout' : signal.aborted ? 'aborted' : part === '' ? codeOf(error) : part;
        return { status: 'retry', reason };
      } finally {
        deadline.end();
      }
    },
    close: () => transport.close(),
  };
};
