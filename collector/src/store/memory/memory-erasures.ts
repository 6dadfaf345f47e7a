import { isTarget } from '../is-target.js';
import type { Erasure, ErasureRequest, ErasureTarget } from '../trace-store.js';
import type { HeldTrace } from './held-trace.js';

/** What was erased from a map of traces, by project and trace key. */
export interface MemoryErasures {
  erase(request: ErasureRequest): Erasure | null;
  get(id: string): Erasure | null;
  isErased(place: string): boolean;
}

/** A place is `[project, traceKey]` as JSON. */
const isMeant = (place: string, trace: HeldTrace, target: ErasureTarget): boolean => {
  const [project, key] = JSON.parse(place) as [string, string];
  if (target.project !== null && target.project !== project) return false;
  if (target.traceKey !== undefined) return target.traceKey === key;
  const document = trace.document();
  return document !== null && isTarget(document, target);
};

const keyOf = (place: string): string => (JSON.parse(place) as [string, string])[1];
const projectOf = (place: string): string => (JSON.parse(place) as [string, string])[0];

export const createMemoryErasures = (traces: Map<string, HeldTrace>): MemoryErasures => {
  const erasures = new Map<string, Erasure>();
  const tombstones = new Map<string, Erasure>();

  const earlier = ({ project, traceKey }: ErasureTarget): Erasure | null => {
    for (const [place, erasure] of tombstones)
      if (keyOf(place) === traceKey && (project === null || projectOf(place) === project)) return erasure;
    return null;
  };

  return {
    erase({ id, requestedAtMillis, target }) {
      const places = [...traces].filter(([place, trace]) => isMeant(place, trace, target)).map(([place]) => place);
      if (places.length === 0 && target.traceKey !== undefined) return earlier(target);
      const { project } = target;
      const erasure: Erasure = {
        id,
        project,
        requestedAtMillis,
        traces: places.length,
        purgedAtMillis: requestedAtMillis,
      };
      erasures.set(id, erasure);
      for (const place of places) {
        traces.delete(place);
        tombstones.set(place, erasure);
      }
      return erasure;
    },
    get: (id) => erasures.get(id) ?? null,
    isErased: (place) => tombstones.has(place),
  };
};
