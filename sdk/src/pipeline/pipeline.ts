import type { EncodedRequest, Pipeline } from '../delivery/index.js';
import type { ExportBatch, Exporter, ExportOutcome } from '../exporters/index.js';
import type { Ledger } from '../ledger/index.js';

/** Holds back what is to be decided later. */
export interface Keeping {
  /** What goes on now: of this batch, and of what was held. */
  take(batch: ExportBatch): ExportBatch | undefined;
  /** What is too old to be held. */
  decideOld(): ExportBatch | undefined;
  decideAll(): ExportBatch | undefined;
}

export interface PipelineOptions {
  /** genai → cost → redact → limits → encrypt; undefined: nothing is left. Never rejects. */
  readonly process: (batch: EncodedRequest) => Promise<ExportBatch | undefined>;
  /** Takes the buffer of a batch that `process` has written anew, when nobody reads it any more. */
  readonly release: (buffer: ArrayBuffer) => void;
  readonly keep: Keeping | undefined;
  /** Each counted, queued and retrying on its own: none waits for another. */
  readonly exporters: readonly Exporter[];
  readonly ledger: Ledger;
  /** When nothing is on its way any more, before the exporters are closed. */
  readonly beforeClose?: () => Promise<void>;
  readonly later: (work: () => void, delayMillis: number) => { cancel(): void };
}

/** Of an exporter: as many as are sent at once, and as many again that are ready to follow. */
const MAX_BATCHES_IN_HAND = 8;
/** Held traces are looked through so often. */
const DECIDE_OLD_EVERY_MILLIS = 1_000;

/** The way of a batch, top to bottom. */
export const createPipeline = ({
  process,
  release,
  keep,
  exporters,
  ledger,
  beforeClose,
  later,
}: PipelineOptions): Omit<Pipeline, 'configure'> => {
  const aborting = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  let deciding: { cancel(): void } | undefined;
  let isClosed = false;
  const inHand = exporters.map(() => 0);
  let processing = 0;
  let tellRoom = (): void => undefined;

  const handTo = async (exporter: Exporter, at: number, batch: ExportBatch): Promise<ExportOutcome> => {
    inHand[at] = (inHand[at] ?? 0) + 1;
    const outcome = await exporter.export(batch, aborting.signal);
    inHand[at] = (inHand[at] ?? 0) - 1;
    tellRoom();
    return outcome;
  };

  const exportTo = async (batch: ExportBatch): Promise<boolean> => {
    ledger.handed(batch.spanCount);
    const outcomes = await Promise.all(exporters.map((exporter, at) => handTo(exporter, at, batch)));
    return outcomes.every(({ status }) => status === 'delivered');
  };

  /** Is waited for by `flush`. */
  const track = async (work: Promise<boolean>): Promise<boolean> => {
    underWay.add(work);
    const isDelivered = await work;
    underWay.delete(work);
    return isDelivered;
  };

  const send = (batch: ExportBatch | undefined): Promise<boolean> =>
    batch === undefined ? Promise.resolve(true) : track(exportTo(batch));

  const decideOld = (): void => {
    deciding = undefined;
    if (keep !== undefined) void send(keep.decideOld());
    decideLater();
  };

  const decideLater = (): void => {
    if (keep !== undefined && !isClosed) deciding ??= later(decideOld, DECIDE_OLD_EVERY_MILLIS);
  };

  const processAndSend = async (batch: EncodedRequest): Promise<boolean> => {
    processing += 1;
    const processed = await process(batch);
    processing -= 1;
    if (processed === undefined) return false;
    decideLater();
    const isDelivered = await send(keep === undefined ? processed : keep.take(processed));
    const { buffer } = processed.request;
    if (buffer !== batch.request.buffer && buffer instanceof ArrayBuffer) release(buffer);
    return isDelivered && processed.spanCount === batch.spanCount;
  };

  const flush = async (timeoutMillis: number): Promise<boolean> => {
    let timer: { cancel(): void } | undefined;
    const timeOut = new Promise<false>((resolve) => {
      timer = later(() => resolve(false), timeoutMillis);
    });
    const settled = Promise.all(underWay).then(() => true);
    const isComplete = await Promise.race([settled, timeOut]);
    timer?.cancel();
    return isComplete;
  };

  return {
    accept: (batch) => track(processAndSend(batch)),
    room: {
      // One that is behind doesn't hold up the others.
      isFree: () => exporters.length === 0 || processing + Math.min(...inHand) < MAX_BATCHES_IN_HAND,
      onFree: (listen) => {
        tellRoom = listen;
      },
    },
    flush,
    counts: () => ledger.take(),
    async close(timeoutMillis) {
      if (isClosed) return;
      isClosed = true;
      deciding?.cancel();
      void send(keep?.decideAll());
      await flush(timeoutMillis);
      aborting.abort();
      await Promise.all(underWay);
      await beforeClose?.();
      await Promise.all(exporters.map((exporter) => exporter.close()));
    },
  };
};
