import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Prices } from 'noveum-proto';
import type { Re2Js } from 'noveum-proto/redaction';

import {
  circuitBreaking,
  closingWithEmptyBatch,
  type Clock,
  type ConsoleExporterOptions,
  counted,
  countingBytes,
  createConsoleExporter,
  createNoveumExporter,
  createOtlpExporter,
  createPack,
  deferred,
  type Exporter,
  type Gzip,
  guarded,
  type HttpTransport,
  type Pack,
  packFor,
  plainPack,
  queued,
  retrying,
  stock,
  tellingHeaders,
  untraced,
} from './exporters/index.js';
import type { ExporterTally, Ledger } from './ledger/index.js';
import type {
  Compression,
  ResolvedElasticsearchExporter,
  ResolvedEncryption,
  ResolvedExporter,
  ResolvedFileExporter,
  ResolvedOtlpExporter,
} from './options/index.js';
import type { Encrypting } from './stages/index.js';
import type { PipelineSettings } from './pipeline-settings.js';
import { exporterNames } from './exporter-names.js';
import { createSenderHeader, type Sender, type SenderHeader } from './sender/index.js';

/** What a runtime gives to exporters. */
export interface Wires {
  readonly clock: Clock;
  readonly random: () => number;
  readonly transportTo: (url: string) => HttpTransport;
  readonly gzip: Gzip | undefined;
  readonly console: Pick<ConsoleExporterOptions, 'write' | 'colours'>;
  /** OpenTelemetry's own exporter; undefined where it can't be had. */
  readonly stockOtlp: ((exporter: ResolvedOtlpExporter) => Promise<SpanExporter>) | undefined;
  /** Undefined where there are no files. */
  readonly fileExporter: ((options: ResolvedFileExporter) => Exporter) | undefined;
  /** Undefined where there is no Node. */
  readonly elasticsearchExporter:
    ((options: ResolvedElasticsearchExporter, wires: ElasticsearchWires) => Exporter) | undefined;
  /** Undefined where it would cost the chance to send. */
  readonly sha256: ((bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>) | undefined;
  /** Loaded when it is first needed: prices are most of the package's weight. Undefined: the collector prices. */
  readonly prices: () => Promise<Prices | undefined>;
  /** The optional peer `re2js`, which own patterns of redaction need. */
  readonly re2js: () => Promise<Re2Js>;
  /** Settled once its key is there, or known not to come. */
  readonly cipher: (encryption: ResolvedEncryption) => Promise<Encrypting>;
  /** Keeps on disk what can't be delivered; undefined where there is no disk. It counts by itself. */
  readonly spooling: ((exporter: Exporter, options: SpoolOptions) => Exporter) | undefined;
  readonly onError: (error: unknown, where: string) => void;
  /** Requests may carry no headers but those that their server names (CORS): only a collector of ours names ours. */
  readonly isPage?: boolean;
}

/** What its exporter gets beside its options. */
export interface ElasticsearchWires {
  readonly pack: Pack;
  readonly onBytes: (bytes: number) => void;
}

export interface SpoolOptions {
  /** Of the exporter in the ledger: no two have a folder together, or one's spans would go to the other's backend. */
  readonly name: string;
  readonly directory: string;
  readonly maxBytes: number;
  readonly tally: ExporterTally;
}

const MAX_CONCURRENT_EXPORTS = 4;
/** A shutdown waits no longer for the last counts to be taken. */
const LAST_WORD_MILLIS = 500;
const packOf = (compression: Compression, url: string, { gzip }: Wires): Pack => {
  if (gzip === undefined || compression === 'none') return plainPack;
  return compression === 'gzip' ? createPack({ gzip }) : packFor(url, gzip);
};

const stockOtlpOf = (exporter: ResolvedOtlpExporter, { stockOtlp, clock, onError }: Wires): Exporter | undefined => {
  const tell = (error: unknown): void => onError(error, 'stock');
  return stockOtlp === undefined
    ? undefined
    : deferred({
        name: 'otlp',
        load: async () => stock(await stockOtlp(exporter), { name: 'otlp', clock, onError: tell }),
        onError: tell,
      });
};

/** Of what `refusedExporters` lets through. */
const exporterOf = (
  exporter: ResolvedExporter,
  wires: Wires,
  onBytes: (bytes: number) => void,
  sender: SenderHeader,
): Exporter | undefined => {
  const { clock, onError } = wires;
  const plainTransportTo = (url: string): HttpTransport => countingBytes(wires.transportTo(url), onBytes);
  const transportTo = (url: string): HttpTransport =>
    tellingHeaders(plainTransportTo(url), (subject) => sender.now(subject));
  const telling = (inner: Exporter): Exporter =>
    closingWithEmptyBatch(inner, {
      hasLastWord: () => {
        sender.end();
        return sender.hasCounts();
      },
      timeoutMillis: LAST_WORD_MILLIS,
    });
  switch (exporter.type) {
    case 'otlp': {
      if (exporter.implementation === 'stock') return stockOtlpOf(exporter, wires);
      const tells = wires.isPage !== true;
      const otlp = createOtlpExporter({
        url: exporter.url,
        encoding: exporter.protocol === 'http/json' ? 'json' : 'protobuf',
        headers: exporter.headers,
        timeoutMillis: exporter.timeoutMillis,
        transport: (tells ? transportTo : plainTransportTo)(exporter.url),
        pack: packOf(exporter.compression, exporter.url, wires),
        clock,
      });
      return tells ? telling(otlp) : otlp;
    }
    case 'noveum':
      return telling(
        createNoveumExporter({
          endpoint: exporter.endpoint,
          apiKey: exporter.apiKey ?? undefined,
          headers: exporter.headers,
          timeoutMillis: exporter.timeoutMillis,
          transport: transportTo(exporter.endpoint),
          pack: packOf(exporter.compression, exporter.endpoint, wires),
          sha256: wires.sha256,
          clock,
        }),
      );
    case 'console':
      return createConsoleExporter({ ...wires.console, clock });
    case 'file':
      return wires.fileExporter?.(exporter);
    case 'own':
      return guarded(exporter.exporter as unknown as Exporter, clock, (error) =>
        onError(error, exporter.exporter.name),
      );
    case 'stock':
      return stock(exporter.exporter, { clock, onError: (error) => onError(error, 'stock') });
    case 'elasticsearch':
      return wires.elasticsearchExporter?.(exporter, {
        pack: packOf(exporter.compression, exporter.url, wires),
        onBytes,
      });
  }
};

const wrapped = (
  exporter: Exporter,
  name: string,
  tally: ExporterTally,
  { exporters, maxQueueBytes, retry, spool }: PipelineSettings,
  { clock, random, spooling }: Wires,
): Exporter => {
  const breaking = circuitBreaking(untraced(exporter), { clock, onState: (state) => tally.circuit(state) });
  const patient = retrying(breaking, {
    maxAttempts: retry.maxAttempts,
    initialMillis: retry.initialDelayMillis,
    maxMillis: retry.maxDelayMillis,
    random,
    clock,
    onRetry: (reason) => tally.retried(reason),
  });
  const inTurn = queued(patient, {
    maxConcurrentExports: MAX_CONCURRENT_EXPORTS,
    // The ring's own bound is enough for one; of several each has its share, so that one that is down starves no other.
    ...(exporters.length > 1 ? { maxBytes: maxQueueBytes / exporters.length } : {}),
  });
  return spool === null || spooling === undefined
    ? counted(inTurn, tally, clock)
    : spooling(inTurn, { ...spool, name, tally });
};

/** Each exporter within all that is wrapped around it: counted, queued, retrying, with a circuit breaker. */
export const exportersOf = (
  settings: PipelineSettings,
  ledger: Ledger,
  wires: Wires,
  sender: Sender,
): readonly Exporter[] => {
  const names = exporterNames(settings.exporters);
  return settings.exporters.flatMap((each, at) => {
    const name = names[at] as string;
    const tally = ledger.exporter(name);
    const exporter = exporterOf(each, wires, (bytes) => tally.sentBytes(bytes), createSenderHeader(sender, name));
    return exporter === undefined ? [] : [wrapped(exporter, name, tally, settings, wires)];
  });
};
