import { type ElasticsearchTransport, NOTHING_THERE } from '../client/index.js';

export interface TraceIndex {
  readonly name: string;
  readonly createdMillis: number;
  /** When the next one was made; null: it is the one that is written to. */
  readonly closedMillis: number | null;
}

/** The concrete indices behind the alias of traces. */
export interface TraceIndices {
  /** Oldest first; the last is written to. Empty: the alias is not there. */
  all(): Promise<readonly TraceIndex[]>;
  /** An answer named an index that may be new: they are asked for again. True where one is new. */
  note(index: string): boolean;
  /** They are asked for again with the next `all`. */
  forget(): void;
}

interface Known {
  readonly indices: readonly TraceIndex[];
  readonly atMillis: number;
}

/** A rollover of another collector is noticed after so long at the latest. */
const FRESH_MILLIS = 1_000;

interface IndexSettings {
  readonly settings?: { readonly index?: { readonly creation_date?: string | number } };
}

type Settings = Readonly<Record<string, IndexSettings | undefined>>;
type Aliases = Readonly<Record<string, { aliases?: Record<string, { is_write_index?: boolean }> } | undefined>>;

export const createTraceIndices = (
  transport: ElasticsearchTransport,
  alias: string,
  now: () => number,
): TraceIndices => {
  let known: Known | null = null;

  const name = encodeURIComponent(alias);

  const ask = async (): Promise<readonly TraceIndex[]> => {
    const [aliases, settings] = await Promise.all([
      transport.request<Aliases>({ method: 'GET', path: `/_alias/${name}` }, NOTHING_THERE),
      transport.request<Settings>({ method: 'GET', path: `/${name}/_settings/index.creation_date` }, NOTHING_THERE),
    ]);
    const createdAt = (index: string): number => Number(settings[index]?.settings?.index?.creation_date ?? 0);
    const isWritten = (name: string): boolean => aliases[name]?.aliases?.[alias]?.is_write_index === true;
    const names = Object.keys(aliases)
      .filter((name) => aliases[name]?.aliases?.[alias] !== undefined)
      .sort((a, b) => Number(isWritten(a)) - Number(isWritten(b)) || createdAt(a) - createdAt(b));
    return names.map((name, at) => {
      const next = names[at + 1];
      return { name, createdMillis: createdAt(name), closedMillis: next === undefined ? null : createdAt(next) };
    });
  };

  return {
    async all() {
      const atMillis = now();
      if (known === null || atMillis - known.atMillis > FRESH_MILLIS || known.indices.length === 0)
        known = { indices: await ask(), atMillis };
      return known.indices;
    },
    note(index) {
      if (known?.indices.some(({ name }) => name === index) === true) return false;
      known = null;
      return true;
    },
    forget() {
      known = null;
    },
  };
};

const LATE_MILLIS = 86_400_000;
const MOST_INDICES = 12;

/**
 * Where a trace may be of which something came now: in the index that is written to, and in those that were until a day
 * before; where its root is missing, so that it may have begun long before, in any of the latest. Newest last.
 */
export const indicesFor = (indices: readonly TraceIndex[], sinceMillis: number, hasRoot: boolean): readonly string[] =>
  indices
    .slice(-MOST_INDICES)
    .filter(({ closedMillis }) => !hasRoot || closedMillis === null || closedMillis + LATE_MILLIS >= sinceMillis)
    .map(({ name }) => name);
