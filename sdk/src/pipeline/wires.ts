import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Prices } from 'noveum-proto';
import type { Re2Js } from 'noveum-proto/redaction';

import type { Clock, ConsoleExporterOptions, Exporter, Gzip, HttpTransport, Pack } from '../exporters/index.js';
import type { ExporterTally } from '../ledger/index.js';
import type {
  ResolvedElasticsearchExporter,
  ResolvedEncryption,
  ResolvedFileExporter,
  ResolvedOtlpExporter,
} from '../options/index.js';
import type { Encrypting } from '../stages/index.js';

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
  readonly isPage: boolean;
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
