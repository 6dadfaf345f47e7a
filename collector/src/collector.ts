import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';

import { type Access, createAccess } from './access/index.js';
import { type HealthReport, type PartHealth, createApi } from './api/index.js';
import { type CollectorConfig, ConfigurationError, dataPathsOf } from './config/index.js';
import { createDecoder } from './decode/index.js';
import type { DrainProgress } from './drain.js';
import { createDiskFiles } from './files/index.js';
import { createIngest } from './ingest.js';
import { type JournalPosition, lockDirectory, openJournal } from './journal/index.js';
import { openEmbeddedMetaStore } from './meta/index.js';
import { createInFlight, startGrpcReceiver, startHttpReceiver, type IngestObserver } from './receivers/index.js';
import { type DrainThread, startDrainThread, startReadThread } from './store-threads.js';
import { createTelemetry, type Telemetry } from './telemetry/index.js';

/** A collector that runs. */
export interface Collector {
  readonly http: string;
  readonly grpc: string;
  readonly access: Access;
  backup(directory: string, onProgress: (done: number, total: number) => void): Promise<void>;
  /** Takes no more, finishes what is under way, stores what it can within the time given. Idempotent. */
  close(): Promise<void>;
}

const CLOSE_MILLIS = { receivers: 3_000, drain: 5_000 };
const RELEASE_MILLIS = 1_000;
const SLOW_MILLIS = 1_000;

export const VERSION = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

const observerOf = (telemetry: Telemetry): IngestObserver => {
  const { ingest } = telemetry;
  return ({ route, format, code, bytes, acceptedSpans, refusedByKind, flagged, elapsedMillis }) => {
    ingest.requestAnswered({ route, format, code: String(code), bytes, seconds: elapsedMillis / 1000 });
    if (acceptedSpans > 0) ingest.spansAccepted(acceptedSpans);
    for (const kind of refusedByKind) ingest.spansRefused(kind, 1);
    for (const [kind, count] of Object.entries(flagged)) ingest.flagged(kind, count);
  };
};

/** Says how far a long step is, once it lasts over a second. */
const progressLog = (telemetry: Telemetry, step: string) => {
  const started = Date.now();
  let told = started;
  return (done: number, total: number): void => {
    const now = Date.now();
    if (now - started < SLOW_MILLIS || (now - told < SLOW_MILLIS && done < total)) return;
    told = now;
    telemetry.log.info({ step, done, total }, 'progress');
  };
};

/** Joins the stages: receivers → access → decode → journal ⇒ drain → store, and the way back through the API. */
export const startCollector = async (config: CollectorConfig): Promise<Collector> => {
  const telemetry = createTelemetry({ level: config.logLevel, destination: process.stderr });
  const { log } = telemetry;
  const files = createDiskFiles();
  const paths = dataPathsOf(config.dataDir);
  await files.makeDirectory(config.dataDir);
  const lock = await lockDirectory(config.dataDir);

  const metaStore = openEmbeddedMetaStore({ path: paths.meta });
  const started = await createAccess({
    metaStore,
    host: config.host,
    adminKey: config.adminKey,
    allowOrigins: config.allowOrigins,
    admissions: [],
    now: Date.now,
    randomBytes,
  });
  if (started.status === 'refused') {
    await metaStore.close();
    await lock.release();
    throw new ConfigurationError(started.message);
  }
  const { access } = started;

  const journal = await openJournal({
    files,
    directory: paths.journal,
    ...config.journal,
    onProgress: progressLog(telemetry, 'journal recovery'),
    onCorrupt: (records) => {
      log.error({ records }, 'journal records are damaged and were left out');
    },
  });

  let drained: JournalPosition = journal.start();
  let drainFault: string | null = null;
  let drainedRecords = 0;
  let durableRecords = 0;
  const onProgress = (progress: DrainProgress): void => {
    drained = progress.position;
    drainFault = null;
    drainedRecords += progress.records;
    telemetry.drain.drained(progress);
  };
  const startDrain = (): Promise<DrainThread> =>
    startDrainThread(
      {
        journalDirectory: paths.journal,
        storeDirectory: paths.store,
        start: drained,
        retention: config.retention,
      },
      {
        onProgress,
        onFault: (code) => {
          drainFault = code;
          telemetry.drain.drainFault(code);
          log.error({ code }, 'the store refused a batch; it is tried again');
        },
        onUnreadable: () => {
          telemetry.drain.unreadableRecord();
          log.error({}, 'a journal record could not be read and was set aside');
        },
        onExit: (error) => {
          log.error({ err: error }, 'the drain has stopped and is started again');
          drainFault = 'DRAIN_STOPPED';
          setTimeout(() => {
            void restartDrain();
          }, SLOW_MILLIS);
        },
      },
    );
  let drain = await startDrain();
  const restartDrain = async (): Promise<void> => {
    drain = await startDrain();
    drain.advance(journal.end());
  };
  drain.advance(journal.end());
  journal.onDurable((end) => {
    durableRecords++;
    drain.advance(end);
  });

  let released: JournalPosition = drained;
  const release = async (): Promise<void> => {
    if (released === drained) return;
    const position = drained;
    try {
      await journal.release(position);
      released = position;
    } catch (error) {
      log.error({ err: error }, 'the journal could not be released');
    }
  };
  const releaseTimer = setInterval(() => {
    void release();
  }, RELEASE_MILLIS);

  const reader = startReadThread({ storeDirectory: paths.store });
  const decoder = createDecoder({ limits: config.limits, newTraceId: randomUUID, nowMillis: Date.now });
  const inFlight = createInFlight(config.limits.inFlightBytes);
  const ingest = createIngest({ decoder, journal });
  const observe = observerOf(telemetry);

  telemetry.observe({
    inFlightBytes: () => inFlight.bytes(),
    journalBytes: () => journal.health().bytes,
    journalLimitBytes: () => journal.health().limitBytes,
    journalFiles: () => journal.health().files,
    apiKeys: () => access.keyCount(),
  });

  const health = (): HealthReport => {
    const { status, code, bytes, limitBytes, files: journalFiles } = journal.health();
    const store: PartHealth = { status: drainFault === null ? 'healthy' : 'degraded', code: drainFault };
    return { journal: { status, code, details: { bytes, limitBytes, files: journalFiles } }, store };
  };
  const metrics = (): ReturnType<Telemetry['metrics']> => telemetry.metrics();

  const api = createApi({
    reader,
    authorise: access.check,
    health,
    metrics,
    version: VERSION,
    allowOrigins: config.allowOrigins,
    observe: telemetry.query.queryAnswered,
    onFault: (error) => {
      log.error({ err: error }, 'a read failed');
    },
    now: () => new Date(),
  });

  const shared = { host: config.host, authorise: access.check, ingest, inFlight, observe, now: Date.now, tls: config.tls };
  const http = await startHttpReceiver({
    ...shared,
    port: config.httpPort,
    bodyBytes: config.limits.bodyBytes,
    unpackedBytes: config.limits.unpackedBytes,
    requestTimeoutMillis: config.limits.requestTimeoutMillis,
    headerTimeoutMillis: config.limits.headerTimeoutMillis,
    allowOrigins: config.allowOrigins,
    otherwise: api,
  });
  const grpc = await startGrpcReceiver({
    ...shared,
    port: config.grpcPort,
    messageBytes: config.limits.grpcMessageBytes,
  });
  const metricsServer = config.metricsPort === null ? null : await startMetricsServer(config, metrics);

  const close = async (): Promise<void> => {
    await Promise.all([http.close(CLOSE_MILLIS.receivers), grpc.close(CLOSE_MILLIS.receivers)]);
    metricsServer?.close();
    clearInterval(releaseTimer);
    await decoder.close();
    await drain.close(CLOSE_MILLIS.drain);
    await release();
    await journal.close();
    await reader.close();
    await metaStore.close();
    telemetry.close();
    await lock.release();
    log.info({ drainedRecords, commits: durableRecords }, 'stopped');
  };
  let closing: Promise<void> | null = null;

  const name = config.host.includes(':') ? `[${config.host}]` : config.host;
  return {
    http: `${config.tls === null ? 'http' : 'https'}://${name}:${String(http.port)}`,
    grpc: `${name}:${String(grpc.port)}`,
    access,
    async backup(directory, onBackupProgress) {
      await drain.backup(`${directory}/store`, onBackupProgress);
      await metaStore.backup(dataPathsOf(directory).meta);
    },
    close: () => (closing ??= close()),
  };
};

const startMetricsServer = async (config: CollectorConfig, metrics: () => ReturnType<Telemetry['metrics']>) => {
  const server = createServer((_request, response) => {
    void metrics().then(({ contentType, text }) => {
      response.writeHead(200, { 'content-type': contentType }).end(text);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.metricsPort ?? 0, config.host, resolve);
  });
  return server;
};
