import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import type { Prices } from 'noveum-proto';
import { otlpJsonOf } from 'noveum-proto/records';
import type { Re2Js } from 'noveum-proto/redaction';

import { NoveumError } from '../../errors/index.js';
import { countingBytes, deferred, systemClock } from '../../exporters/index.js';
import { createNodeTransport, nodeGzip, nodeSpoolFiles, spooling } from '../../exporters/node/index.js';
import { RE2JS_PACKAGE } from '../../peers/index.js';
import type { Wires } from '../index.js';
import { type AttributeCipher, createAttributeCipher } from '../../processors/encryption/index.js';
import { loadStockOtlp } from './node-stock-otlp.js';

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** An application names its exporters as it likes: here, without a way out of the directory. */
const folderOf = (name: string): string => encodeURIComponent(name).replaceAll('.', '%2E');

/** One cipher for as long as there are stages: when they are others, values go on to be counted for their key. */
const keptCipher = (onError: Wires['onError']): Wires['cipher'] => {
  let cipher: AttributeCipher | undefined;
  return async (encryption) => {
    if (cipher === undefined)
      cipher = createAttributeCipher({ ...encryption, onError: (error) => onError(error, 'encryption') });
    else void cipher.change(encryption);
    await cipher.ready;
    return cipher;
  };
};

const builtInPrices = async (): Promise<Prices> => {
  const { createPriceBook } = await import('noveum-proto/pricing');
  return createPriceBook();
};

export const nodeWires = (onError: Wires['onError']): Wires => ({
  clock: systemClock,
  random: Math.random,
  transportTo: (url) => createNodeTransport({ url }),
  gzip: nodeGzip,
  console: { write: (text) => void process.stderr.write(text), colours: process.stderr.isTTY },
  stockOtlp: loadStockOtlp,
  fileExporter: ({ path, format }) =>
    deferred({
      name: 'file',
      load: async () => {
        const { createFileExporter, nodeLineFiles } = await import('../../exporters/node/file/index.js');
        return createFileExporter({
          path,
          ...(format === 'otlp' ? { linesOf: (request) => [otlpJsonOf(request)] } : {}),
          files: nodeLineFiles,
          clock: systemClock,
        });
      },
      onError: (error) => {
        onError(error, 'file');
      },
    }),
  elasticsearchExporter: (options, { onBytes, pack }) =>
    deferred({
      name: 'elasticsearch',
      load: async () => {
        const { createElasticsearchExporter } = await import('../../exporters/node/elasticsearch/index.js');
        const ca = options.caFile === null ? {} : { tls: { ca: await readFile(options.caFile, 'utf8') } };
        return createElasticsearchExporter({
          ...options,
          transport: countingBytes(createNodeTransport({ url: options.url, ...ca }), onBytes),
          pack,
          clock: systemClock,
          prices: await builtInPrices(),
          onError: (error) => {
            onError(error, 'elasticsearch');
          },
        });
      },
      onError: (error) => {
        onError(error, 'elasticsearch');
      },
    }),
  sha256: (bytes) => crypto.subtle.digest('SHA-256', bytes),
  prices: builtInPrices,
  re2js: async () => {
    try {
      // By a name that bundlers and compilers don't follow.
      return (await import(RE2JS_PACKAGE)) as Re2Js;
    } catch (cause) {
      throw new NoveumError('missing_peer', 'redaction.patterns need the package re2js: npm install re2js', { cause });
    }
  },
  cipher: keptCipher(onError),
  spooling: (exporter, options) =>
    spooling(exporter, {
      ...options,
      directory: join(options.directory, folderOf(options.name)),
      files: nodeSpoolFiles,
      process: { host: hostname(), pid: process.pid, token: crypto.randomUUID(), isRunning },
      clock: systemClock,
      onError: (error) => {
        onError(error, 'spool');
      },
    }),
  onError,
  isPage: false,
});
