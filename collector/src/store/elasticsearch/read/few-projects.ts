import type { Client } from '@elastic/elasticsearch';
import { headIdOf, isCutKeyword } from 'noveum-proto/elasticsearch';

import { TraceTooLarge } from '../../trace-store.js';
import type { TraceId } from './find-trace.js';
import { readStoredTraces, type StoredTrace } from './stored-traces.js';

export interface FewProjectsOptions {
  readonly client: Client;
  readonly alias: string;
  /** Concrete. */
  readonly indices: () => Promise<readonly string[]>;
  readonly now: () => number;
}

export interface FewProjects {
  /**
   * Reads a trace by its key in all projects at once, as they were at most 10 s ago: that is one request, which is three
   * times as fast as to search for the trace first. Undefined: it is to be searched for, since none of them has it or
   * several do, or since they are many or not known at the moment. Throws TraceTooLarge.
   */
  read(traceKey: string, limit: number): Promise<(StoredTrace & TraceId) | undefined>;
  /** A trace was found in it: where it is new, projects are asked for again. */
  note(project: string): void;
}

/** Of so many documents that there are none Elasticsearch says about as fast as it gives the one that there is. */
const FEW_PLACES = 32;
const FRESH_MILLIS = 10_000;

interface Known {
  /** Null: they are many, or it can't be said. */
  readonly projects: readonly string[] | null;
  readonly atMillis: number;
}

export const createFewProjects = ({ alias, client, indices, now }: FewProjectsOptions): FewProjects => {
  let known: Known | null = null;
  let isAsking = false;

  const ask = async (): Promise<void> => {
    isAsking = true;
    const atMillis = now();
    try {
      const { complete, terms } = await client.termsEnum({ index: alias, field: 'project', size: FEW_PLACES + 1 });
      const areFew = complete && terms.length <= FEW_PLACES && !terms.some(isCutKeyword);
      known = { projects: areFew ? terms : null, atMillis };
    } catch {
      // Who asked for a trace searches for it, and is told of a cluster that is away.
      known = { projects: null, atMillis };
    } finally {
      isAsking = false;
    }
  };

  /** Nobody waits for them: who asks next is told. */
  const projectsNow = (): readonly string[] => {
    if (known !== null && now() - known.atMillis <= FRESH_MILLIS) return known.projects ?? [];
    if (!isAsking) void ask();
    return [];
  };

  const read: FewProjects['read'] = async (traceKey, limit) => {
    const projects = projectsNow();
    if (projects.length === 0) return undefined;
    const names = await indices();
    if (projects.length * names.length > FEW_PLACES) return undefined;
    const wanted = projects.map((project) => ({ id: headIdOf(project, traceKey), project, indices: names }));
    const found = await readStoredTraces(client, wanted, limit);
    const [trace, ...others] = wanted.filter(({ id }) => found.has(id));
    const stored = trace === undefined ? undefined : found.get(trace.id);
    if (trace === undefined || stored === undefined || others.length > 0) return undefined;
    if (stored instanceof TraceTooLarge) throw stored;
    return { ...stored, id: trace.id, project: trace.project };
  };

  return {
    read,
    note(project) {
      if (known?.projects?.includes(project) === false) known = null;
    },
  };
};
