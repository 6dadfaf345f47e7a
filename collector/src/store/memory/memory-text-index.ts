import { matchTexts } from 'noveum-proto';

import type { TextCandidate, TextIndexReader, TextIndexWriter, TextSearch, TextTrace } from '../text-index.js';
import { isAfter, placeOrder } from '../text-place.js';

interface HeldTexts {
  candidate: TextCandidate;
  readonly texts: Set<string>;
}

const placeOf = ({ project, traceKey, day }: TextTrace): string => JSON.stringify([project, traceKey, day]);

/** A text index that keeps the texts themselves: writer and reader in one thread, gone with the process. */
export const createMemoryTextIndex = (): { readonly writer: TextIndexWriter; readonly reader: TextIndexReader } => {
  const committed = new Map<string, HeldTexts>();
  let pending: (() => void)[] = [];
  let reached: bigint | null = null;
  let position: bigint | null = null;
  let indexedTexts = 0;

  const found = (search: TextSearch): TextCandidate[] =>
    [...committed.values()]
      .filter(({ candidate, texts }) => isWanted(candidate, search) && matchTexts([...texts], search.query) !== null)
      .map(({ candidate }) => candidate)
      .sort(placeOrder);

  const commit = (): void => {
    for (const take of pending) take();
    pending = [];
    position = reached;
  };

  return {
    writer: {
      add(entries, at) {
        if (reached !== null && at <= reached) return;
        reached = at;
        for (const { project, traceKey, day, startUnixNano, texts } of entries) {
          pending.push(() => {
            const place = placeOf({ project, traceKey, day });
            const held = committed.get(place) ?? {
              candidate: { project, traceKey, day, startUnixNano },
              texts: new Set(),
            };
            if (startUnixNano < held.candidate.startUnixNano) held.candidate = { ...held.candidate, startUnixNano };
            for (const { text } of texts) held.texts.add(text);
            indexedTexts += texts.length;
            committed.set(place, held);
          });
        }
      },
      commit,
      position: () => position,
      remove(traces) {
        commit();
        for (const trace of traces) committed.delete(placeOf(trace));
      },
      maintain: () => false,
      counts: () => ({ cutTraces: 0, indexedTexts, pendingTraces: pending.length, unpurgedTraces: 0 }),
      close: commit,
    },
    reader: {
      async *candidates(search) {
        yield* await Promise.resolve(found(search));
      },
      count: (search, upTo) => Promise.resolve(Math.min(upTo, found(search).length)),
      close: () => {},
    },
  };
};

const isWanted = (candidate: TextCandidate, search: TextSearch): boolean =>
  (search.project === null || candidate.project === search.project) &&
  (search.startUnixNano === undefined || candidate.startUnixNano >= search.startUnixNano) &&
  (search.endUnixNano === undefined || candidate.startUnixNano < search.endUnixNano) &&
  (search.after === undefined || isAfter(candidate, search.after));
