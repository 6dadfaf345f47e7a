import { ConfigurationError } from '../../errors/index.js';
import {
  createFetchTransport,
  createKeepAliveBudget,
  type Gzip,
  streamGzip,
  systemClock,
} from '../../exporters/index.js';
import type { Wires } from '../index.js';

/** What a web page tells of itself. */
interface PageState {
  readonly isHidden: () => boolean;
}

const notHere = (option: string): Promise<never> =>
  Promise.reject(new ConfigurationError([{ option, rule: 'needs Node.js', value: 'given' }]));

/** A page that is being left has no time for what takes a turn of its event loop: its bodies go as they are. */
const gzipIn = (page: PageState | undefined): Gzip | undefined => {
  if (!('CompressionStream' in globalThis)) return undefined;
  return (bytes) => (page?.isHidden() === true ? Promise.resolve(bytes) : streamGzip(bytes));
};

/** Web standards alone: fetch, CompressionStream, Web Crypto. */
export const edgeWires = (page: PageState | undefined, onError: Wires['onError']): Wires => {
  // As it is now: the application's instrumentation of fetch, made later, would trace what sends its traces.
  const fetch = globalThis.fetch.bind(globalThis);
  const keepAlive = page === undefined ? undefined : createKeepAliveBudget();
  return {
    clock: systemClock,
    random: Math.random,
    transportTo: () => createFetchTransport({ fetch, keepAlive }),
    gzip: gzipIn(page),
    console: {
      write: (text) => {
        // eslint-disable-next-line no-console -- the exporter that the application has asked for
        console.log(text.trimEnd());
      },
    },
    stockOtlp: undefined,
    fileExporter: undefined,
    elasticsearchExporter: undefined,
    // Web Crypto answers in a later turn, and in pages over plain http it isn't there.
    sha256: page === undefined ? (bytes) => crypto.subtle.digest('SHA-256', bytes) : undefined,
    prices: () => Promise.resolve(undefined),
    re2js: () => notHere('redaction.patterns'),
    cipher: () => notHere('encryption'),
    spooling: undefined,
    onError,
    isPage: page !== undefined,
  };
};
