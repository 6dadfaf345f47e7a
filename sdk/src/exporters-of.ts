import type { Prices } from 'noveum-proto';
import type { Re2Js } from 'noveum-proto/redaction';

import {
  circuitBreaking,
  type Clock,
  counted,
  createNoveumExporter,
  createOtlpExporter,
  createPack,
  type Exporter,
  type Gzip,
  guarded,
  type HttpTransport,
  type Pack,
  packFor,
  plainPack,
  queued,
  retrying,
} from './exporters/index.js';
import type { ExporterTally, Ledger } from './ledger/index.js';
import type { Compression, ResolvedExporter } from './options/index.js';
import type { PipelineSettings } from './pipeline-settings.js';

/** What a runtime gives to exporters. */
export interface Wires {
  readonly clock: Clock;
  readonly random: () => number;
  readonly transportTo: (url: string) => HttpTransport;
  readonly gzip: Gzip | undefined;
  readonly sha256: (bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>;
  /** Loaded when it is first needed: prices are most of the package's weight. */
  readonly prices: () => Promise<Prices>;
  /** The optional peer `re2js`, which own patterns of redaction need. */
  readonly re2js: () => Promise<Re2Js>;
  /** Keeps on disk what can't be delivered; undefined where there is no disk. It counts by itself. */
  readonly spooling: ((exporter: Exporter, options: SpoolOptions) => Exporter) | undefined;
  readonly onError: (error: unknown, where: string) => void;
}

export interface SpoolOptions {
  readonly directory: string;
  readonly maxBytes: number;
  readonly tally: ExporterTally;
}

const MAX_CONCURRENT_EXPORTS = 4;
const packOf = (compression: Compression, url: string, { gzip }: Wires): Pack => {
  if (gzip === undefined || compression === 'none') return plainPack;
  return compression === 'gzip' ? createPack({ gzip }) : packFor(url, gzip);
};

const otlpTo = (
  name: string,
  url: string,
  { headers, compression, timeoutMillis }: Extract<ResolvedExporter, { type: 'otlp' }>,
  wires: Wires,
): Exporter =>
  createOtlpExporter({
    name,
    url,
    headers,
    timeoutMillis,
    transport: wires.transportTo(url),
    pack: packOf(compression, url, wires),
    clock: wires.clock,
  });

const exporterOf = (exporter: ResolvedExporter, wires: Wires): Exporter | undefined => {
  switch (exporter.type) {
    case 'otlp':
      return otlpTo('otlp', exporter.url, exporter, wires);
    case 'noveum':
      return createNoveumExporter({
        endpoint: exporter.endpoint,
        apiKey: exporter.apiKey ?? undefined,
        timeoutMillis: exporter.timeoutMillis,
        transport: wires.transportTo(exporter.endpoint),
        pack: packOf(exporter.compression, exporter.endpoint, wires),
        sha256: wires.sha256,
        clock: wires.clock,
      });
    case 'own':
      return guarded(exporter.exporter as unknown as Exporter, (error) => wires.onError(error, exporter.exporter.name));
    default:
      return undefined;
  }
};

const wrapped = (
  exporter: Exporter,
  tally: ExporterTally,
  { retry, spool }: PipelineSettings,
  { clock, random, spooling }: Wires,
): Exporter => {
  const breaking = circuitBreaking(exporter, { clock, onState: (state) => tally.circuit(state) });
  const patient = retrying(breaking, {
    maxAttempts: retry.maxAttempts,
    initialMillis: retry.initialDelayMillis,
    maxMillis: retry.maxDelayMillis,
    random,
    clock,
    onRetry: (reason) => tally.retried(reason),
  });
  const inTurn = queued(patient, MAX_CONCURRENT_EXPORTS);
  return spool === null || spooling === undefined
    ? counted(inTurn, tally, clock)
    : spooling(inTurn, { ...spool, tally });
};

/** `a`, `a-2`, `a-3`: each has its own page in the ledger. */
const distinctNames = (names: readonly string[]): readonly string[] =>
  names.map((name, at) => {
    const before = names.slice(0, at).filter((other) => other === name).length;
    return before === 0 ? name : `${name}-${before + 1}`;
  });

/** Each exporter within all that is wrapped around it: counted, queued, retrying, with a circuit breaker. */
export const exportersOf = (settings: PipelineSettings, ledger: Ledger, wires: Wires): readonly Exporter[] => {
  const exporters = settings.exporters.flatMap((each) => exporterOf(each, wires) ?? []);
  const names = distinctNames(exporters.map(({ name }) => name));
  return exporters.map((exporter, at) => wrapped(exporter, ledger.exporter(names[at] as string), settings, wires));
};
