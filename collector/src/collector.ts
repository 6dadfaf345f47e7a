import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { Access } from './access/index.js';
import { NO_BACKUP, type RetriedLetters } from './admin/index.js';
import { createApi } from './api/index.js';
import { type CollectorConfig, dataPathsOf } from './config/index.js';
import { gaugesOf, healthOf } from './collector-state.js';
import { copyDeadLetters } from './dead-letter.js';
import { retryDeadLetters } from './dead-letters.js';
import { createDecoder } from './decode/index.js';
import { startDrainHost } from './drain-host.js';
import { createErasures } from './erasures.js';
import { createDiskFiles } from './files/index.js';
import { createCursors, instanceIdIn } from './forward/index.js';
import { type ForwardHost, startForwardHost } from './forward-host.js';
import { createIngest } from './ingest.js';
import { observerOf } from './ingest-observer.js';
import { lockDirectory, openJournal, shareKeep } from './journal/index.js';
import { openAccess, refuseLoops } from './open-access.js';
import { openMetaStore } from './open-meta-store.js';
import { progressLog } from './progress-log.js';
import { startMetricsServer } from './metrics-server.js';
import { prepareReadThread, startReadThreads } from './read-threads.js';
import { createRedactHost } from './redact-host.js';
import { rederiveAll } from './rederive.js';
import { createBodyMemory, createInFlight, startGrpcReceiver, startHttpReceiver } from './receivers/index.js';
import { prepareDrainThread, type PreparedDrainThread } from './store-threads.js';
import type { RederiveReport, RederiveRequest } from './store/index.js';
import { createErasableTexts, TEXTS_IN_STORE } from './erasable-texts.js';
import { openSenders } from './open-senders.js';
import { retentionOf, storedIn } from './stored-in.js';
import { createTraceStream } from './stream/index.js';
import { forgetIndexPosition } from './store/embedded/text/index.js';
import { createTelemetry } from './telemetry/index.js';
import { isFollowable, keptForTexts } from './text-follow.js';
import { startTextHost, type TextHost } from './text-host.js';

/** A collector that runs. */
export interface Collector {
  readonly http: string;
  readonly grpc: string;
  readonly access: Access;
  /** With everything that was acknowledged before the call. */
  backup(directory: string, onProgress: (done: number, total: number) => void): Promise<void>;
  /** Derives stored traces anew beside all else, until the signal: what was done till then stays done. */
  rederive(
    request: RederiveRequest,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<RederiveReport>;
  /** Puts dead letters back into the journal; `project` null: those of every project. */
  retryDeadLetters(project: string | null): Promise<RetriedLetters>;
  /** Takes no more, finishes what is under way, stores what it can within the time given. Idempotent. */
  close(): Promise<void>;
}

/** Two receivers, the drain and forwarding, one after the other: within the ten seconds that a stop may take. */
const CLOSE_MILLIS = { receivers: 2_000, drain: 3_500, text: 500, forward: 1_000 };
const MILLIS_PER_SECOND = 1_000;
const MILLIS_PER_DAY = 86_400_000;

const readVersion = (): string => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
};

/**
 * Joins the stages: receivers → access → decode → journal ⇒ drain → store and ⇒ forward, and the way back through the
 * API. The drain's thread is the collector's own from then on.
 */
export const startCollector = async (
  config: CollectorConfig,
  drainThread: PreparedDrainThread = prepareDrainThread(),
): Promise<Collector> => {
  const telemetry = createTelemetry({ level: config.logLevel, destination: process.stderr });
  const files = createDiskFiles();
  const paths = dataPathsOf(config.dataDir);
  // Both load their code (0.3 s of CPU) while what they need is opened here.
  const readThread = prepareReadThread();
  const opened: (() => Promise<void>)[] = [() => drainThread.abandon(), () => readThread.abandon()];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.reverse()) await close();
    telemetry.close();
  };
  try {
    return await start();
  } catch (error) {
    await closeAll();
    throw error;
  }

  async function start(): Promise<Collector> {
    await refuseLoops(config);
    await files.makeDirectory(config.dataDir);
    const lock = await lockDirectory(config.dataDir);
    opened.push(() => lock.release());
    const store = storedIn(config);
    const isEmbedded = store.kind === 'embedded';
    const hasTextIndex = isEmbedded && store.hasTextIndex;
    const meta = await openMetaStore(config, files, (outcome) => {
      telemetry.elasticsearch().keyLookedUp(outcome);
    });
    opened.push(() => meta.metaStore.close());
    const access = await openAccess(config, meta);
    opened.push(() => {
      access.close();
      return Promise.resolve();
    });

    const senders = await openSenders({ config, files, metaStore: meta.metaStore, telemetry });
    opened.push(() => senders.close());
    const cursors = createCursors(files, paths.forward);
    const endpointNames = config.forward.map(({ name }) => name);
    await cursors.forgetBut(endpointNames);
    const known = await cursors.read(endpointNames);
    // What comes while texts aren't indexed is missing later: then the index is made anew.
    if (isEmbedded && !hasTextIndex) forgetIndexPosition(paths.store);
    const keptTexts = isEmbedded ? keptForTexts(paths.store) : [];
    const journal = await openJournal({
      files,
      directory: paths.journal,
      ...config.journal,
      kept: [...known.values(), ...keptTexts],
      onProgress: progressLog(telemetry, 'journal recovery'),
      onCorrupt: (records) => {
        telemetry.log.error({ records }, 'journal records are damaged and were left out');
      },
    });
    opened.push(() => journal.close());
    const keepFor = shareKeep(journal);
    const keepForwarded = keepFor([...known.values()]);
    const keepTexts = keepFor();
    // Before the drain has a say: what no reader names is given up for good.
    if (hasTextIndex) {
      const followed = keptTexts.find((place) => isFollowable(place, journal.end(), journal.wholeFrom()));
      keepTexts(followed ?? journal.start());
    }
    const forward = config.forward.length === 0 ? null : await startForward();
    if (forward !== null) opened.push(() => forward.close(CLOSE_MILLIS.forward));
    let text: TextHost | null = null;
    const drain = await startDrainHost({
      thread: drainThread,
      journal,
      journalDirectory: paths.journal,
      deadLetterDirectory: paths.deadLetters,
      store,
      erasureTimes: {
        purgeAfterMillis: config.erasure.purgeSeconds * MILLIS_PER_SECOND,
        rememberMillis: config.erasure.memoryDays * MILLIS_PER_DAY,
      },
      texts: isEmbedded
        ? createErasableTexts({
            files,
            directory: paths.store,
            host: () => text,
            isEnabled: hasTextIndex,
            pause: (millis) => new Promise((resolve) => setTimeout(resolve, millis)),
          })
        : TEXTS_IN_STORE,
      giveUpBacklog: (file) => {
        forward?.dropThrough(file);
        text?.letGo();
      },
      maxValueBytes: config.limits.attributeValueBytes,
      ownPrices: config.prices,
      telemetry,
      now: Date.now,
      onStored: (position) => text?.advance(position),
    });
    opened.push(() => drain.close(CLOSE_MILLIS.drain));
    // After the drain has opened the store, and removed what is left of days that are gone.
    text = hasTextIndex ? startText() : null;
    opened.push(async () => text?.close(CLOSE_MILLIS.text));
    const answers = startReadThreads(
      { store, maxValueBytes: config.limits.attributeValueBytes, ownPrices: config.prices },
      readThread,
    );
    opened.push(() => answers.close());
    const decoder = createDecoder({ limits: config.limits, newTraceId: randomUUID, nowMillis: Date.now });
    opened.push(() => decoder.close());
    const redaction = config.redaction.length === 0 ? null : createRedactHost(config.redaction, telemetry.ingest);
    opened.push(async () => redaction?.close());
    const inFlight = createInFlight(config.limits.inFlightBytes);

    const stream = createTraceStream({
      answers,
      source: drain,
      limit: config.limits.streams,
      newEpoch: () => randomBytes(8).toString('hex'),
      onFault: (error) => {
        telemetry.log.error({ err: error }, 'the stream could not read what has changed');
      },
      now: Date.now,
      later: (millis, task) => {
        const timer = setTimeout(task, millis);
        return () => clearTimeout(timer);
      },
    });

    const parts = { access, drain, forward, inFlight, journal, senders, stream, text };
    telemetry.observe(gaugesOf(parts));

    const api = createApi({
      answers,
      analytics: answers,
      stream,
      erasures: createErasures({ drain, telemetry, newId: randomUUID, now: Date.now }),
      senders,
      authorise: access.check,
      health: () => healthOf(parts),
      metrics: telemetry.metrics,
      version: readVersion(),
      about: {
        store: config.store,
        retention: retentionOf(config),
        redacted: () => redaction?.counts() ?? {},
        lag: () => ({
          store: { bytes: drain.lagBytes(), seconds: drain.lagSeconds() },
          text: text === null ? null : { bytes: text.lagBytes(), seconds: text.lagSeconds() },
        }),
      },
      observe: telemetry.query.queryAnswered,
      onFault: (error) => {
        telemetry.log.error({ err: error }, 'a read failed');
      },
      now: () => new Date(),
    });

    const shared = {
      host: config.host,
      authorise: access.check,
      ingest: createIngest({ decoder, journal, redact: redaction?.redact ?? null }),
      inFlight,
      memory: createBodyMemory(),
      observe: observerOf(telemetry),
      onSender: (...heard: Parameters<typeof senders.heard>) => senders.heard(...heard),
      now: Date.now,
      tls: config.tls,
      requestTimeoutMillis: config.limits.requestTimeoutMillis,
      headerTimeoutMillis: config.limits.headerTimeoutMillis,
    };
    const http = await startHttpReceiver({
      ...shared,
      port: config.httpPort,
      bodyBytes: config.limits.bodyBytes,
      unpackedBytes: config.limits.unpackedBytes,
      allowOrigins: config.allowOrigins,
      otherwise: api,
    });
    opened.push(() => http.close(CLOSE_MILLIS.receivers));
    opened.push(() => {
      stream.close();
      return Promise.resolve();
    });
    const grpc = await startGrpcReceiver({
      ...shared,
      port: config.grpcPort,
      messageBytes: config.limits.grpcMessageBytes,
    });
    opened.push(() => grpc.close(CLOSE_MILLIS.receivers));
    if (config.metricsPort !== null) {
      const metricsServer = await startMetricsServer(config.host, config.metricsPort, telemetry);
      opened.push(() => Promise.resolve(void metricsServer.close()));
    }

    function startText(): TextHost {
      return startTextHost({
        journal,
        keep: keepTexts,
        journalDirectory: paths.journal,
        storeDirectory: paths.store,
        maxLagBytes: config.text.maxLagBytes,
        maxTraceUnits: config.text.maxTraceUnits,
        purgeAfterMillis: config.erasure.purgeSeconds * MILLIS_PER_SECOND,
        telemetry,
        now: Date.now,
      });
    }

    async function startForward(): Promise<ForwardHost> {
      await files.makeDirectory(paths.forward);
      return startForwardHost({
        endpoints: config.forward,
        known,
        cursors,
        cursorDirectory: paths.forward,
        instanceId: await instanceIdIn(files, paths.forward, randomUUID),
        journal,
        keep: keepForwarded,
        journalDirectory: paths.journal,
        telemetry,
        now: Date.now,
      });
    }

    const name = config.host.includes(':') ? `[${config.host}]` : config.host;
    let closing: Promise<void> | null = null;
    return {
      http: `${config.tls === null ? 'http' : 'https'}://${name}:${String(http.port)}`,
      grpc: `${name}:${String(grpc.port)}`,
      access,
      async backup(directory, onProgress) {
        const { backup: backupMeta } = meta;
        if (backupMeta === null) throw new Error(NO_BACKUP);
        await drain.backup(dataPathsOf(directory).store, onProgress);
        await text?.backup(dataPathsOf(directory).store);
        await copyDeadLetters(files, paths.deadLetters, dataPathsOf(directory).deadLetters);
        await backupMeta(dataPathsOf(directory).meta);
      },
      rederive: (request, onProgress, signal) => rederiveAll(drain.rederive, request, onProgress, signal),
      retryDeadLetters: (project) => retryDeadLetters(files, paths.deadLetters, journal, project),
      close: () => (closing ??= closeAll()),
    };
  }
};
