import type { OpenedWriter, OpenWriterOptions } from './opened-writer.js';
import { type ClusterState, openElasticsearchWriter } from './store/elasticsearch/index.js';
import type { TraceWriter } from './store/index.js';
import type { StoredIn, StoreState } from './stored-in.js';
import { createTellFacts } from './tell-facts.js';

const POLICIES_REST =
  'lifecycle policies are stopped in Elasticsearch (POST _ilm/start): nothing is rolled over or deleted';

const LEAST_LOOK_MILLIS = 1_000;

const stateOf = (state: ClusterState): StoreState =>
  state.status === 'waiting'
    ? state
    : { status: 'ready', warning: state.report.isLifecycleRunning ? null : POLICIES_REST };

const runLater = (millis: number, task: () => void): (() => void) => {
  const timer = setTimeout(task, millis);
  return () => {
    clearTimeout(timer);
  };
};

/** The drain's view of Elasticsearch, which may be away at any time. */
export const openElasticsearch = (
  { config, hasTextIndex }: Extract<StoredIn, { kind: 'elasticsearch' }>,
  options: OpenWriterOptions,
): OpenedWriter => {
  const { elsewhere, erasureTimes, maxValueBytes, onState, prices } = options;
  const store = openElasticsearchWriter({
    config,
    erasureTimes,
    isGoneElsewhere: async (id) => {
      await dropErasedLetters();
      return elsewhere.isGone(id);
    },
    maxValueBytes,
    hasTextIndex,
    prices,
    tellFacts: createTellFacts(prices),
    onState: (state) => {
      onState(stateOf(state));
    },
    now: Date.now,
    later: runLater,
  });

  let nextLook = 0;
  let knownTombstones: number | null = null;

  const dropErasedLetters = async (): Promise<void> => {
    await elsewhere.drop(await store.erasedAmong(await elsewhere.places()));
  };

  /** What any collector erased is to leave this one's dead letters and journal too. */
  const followErasures = async (): Promise<void> => {
    await dropErasedLetters();
    const { tombstones } = await store.erasures();
    if (knownTombstones !== null && knownTombstones !== tombstones) await elsewhere.seal();
    knownTombstones = tombstones;
  };

  const maintain: TraceWriter['maintain'] = async (nowMillis) => {
    const isMoreToDo = await store.maintain(nowMillis);
    if (nowMillis < nextLook || !store.isReady()) return isMoreToDo;
    nextLook = nowMillis + Math.max(LEAST_LOOK_MILLIS, erasureTimes.purgeAfterMillis);
    await followErasures();
    return isMoreToDo;
  };

  /** Texts are in the documents; dead letters and the journal are this collector's own. */
  const erase: TraceWriter['erase'] = async (request) => {
    const erasure = await store.erase(request);
    if (erasure === null) return null;
    const { traceKey } = request.target;
    const erased = await store.erasedAmong(await elsewhere.places());
    await elsewhere.finish(request, {
      isErased: (project, key) => erased.some((place) => place.project === project && place.traceKey === key),
      traceKeys: traceKey === undefined ? null : [traceKey],
    });
    // What is in the journal's last file of it goes once that file has gone.
    await elsewhere.isGone(request.id);
    return erasure;
  };

  return {
    writer: { ...store, erase, maintain },
    rederive: store.rederive,
    isShared: true,
    counts: () => store.counts(),
    erasures: () => store.erasures(),
    countIncomplete: () => store.countIncomplete(),
    daysDerivedOtherwise: () => store.daysDerivedOtherwise(),
  };
};
