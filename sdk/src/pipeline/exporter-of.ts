import {
  closingWithEmptyBatch,
  countingBytes,
  createNoveumExporter,
  createOtlpExporter,
  createPack,
  deferred,
  type Exporter,
  guarded,
  type HttpTransport,
  type Pack,
  packFor,
  plainPack,
  stock,
  tellingHeaders,
} from '../exporters/index.js';
import type { Compression, ResolvedExporter, ResolvedOtlpExporter } from '../options/index.js';
import type { SenderHeader } from '../sender/index.js';
import type { Wires } from './wires.js';

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
export const exporterOf = (
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
      const tells = !wires.isPage;
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
      return deferred({
        name: 'console',
        load: async () => {
          const { createConsoleExporter } = await import('../exporters/console/index.js');
          return createConsoleExporter({ ...wires.console, clock });
        },
        onError: (error) => onError(error, 'console'),
      });
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
