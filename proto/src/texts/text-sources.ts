import { DIALECTS, type TableRow } from '../dialects/index.js';

/** What a text of a trace is of. */
export type SpanTextField = 'prompt' | 'response' | 'name' | 'tool' | 'error';

/** An attribute that holds texts. */
export interface TextSource {
  readonly field: SpanTextField;
  /** Paths of what counts within its JSON; null: all of it. */
  readonly at: readonly string[] | null;
  /** It repeats what other attributes of the span say, and counts only where there are none. */
  readonly isFallback: boolean;
  /** Many attributes with indexes in their names spell it together. */
  readonly isIndexed: boolean;
}

const FIELD_OF_SLOT = {
  system: 'prompt',
  input: 'prompt',
  output: 'response',
  documents: 'tool',
  tools: null,
} as const satisfies Record<string, SpanTextField | null>;

const FIELD_OF_TARGET: Readonly<Record<string, SpanTextField>> = {
  'gen_ai.tool.call.arguments': 'tool',
  'gen_ai.tool.call.result': 'tool',
  'gen_ai.retrieval.query.text': 'tool',
  'gen_ai.tool.name': 'name',
  'gen_ai.agent.name': 'name',
  'gen_ai.workflow.name': 'name',
};

const ERROR_KEYS = ['error.type', 'error.message', 'exception.type', 'exception.message'];
/** OpenInference and those who followed it send a call's messages once more as one value. */
const FALLBACK_KEYS: ReadonlySet<string> = new Set(['input.value', 'output.value']);

const targetsOf = (row: TableRow): readonly string[] => (typeof row[1] === 'string' ? [row[1]] : []);

/** Attributes that hold texts by their names; those that end with a dot are the beginnings of indexed names. */
const collectSources = (): ReadonlyMap<string, TextSource> => {
  const sources = new Map<string, TextSource>();
  const add = (key: string, field: SpanTextField, at: string | null): void => {
    const held = sources.get(key);
    const kind = { isFallback: FALLBACK_KEYS.has(key), isIndexed: key.endsWith('.') };
    if (held === undefined) sources.set(key, { field, at: at === null ? null : [at], ...kind });
    else if (held.at !== null) sources.set(key, { ...held, at: at === null ? null : [...held.at, at] });
  };
  for (const dialect of DIALECTS) {
    for (const row of dialect.messages ?? []) {
      const field = FIELD_OF_SLOT[row.to];
      if (field !== null) add(row.from, field, row.at ?? null);
    }
    for (const { from, to } of dialect.compositions ?? []) {
      const field = FIELD_OF_SLOT[to];
      if (field !== null) for (const key of from) add(key, field, null);
    }
  }
  for (const dialect of DIALECTS)
    for (const row of dialect.fields)
      for (const target of targetsOf(row)) {
        const field = FIELD_OF_TARGET[target];
        if (field !== undefined) add(row[0], field, null);
      }
  for (const key of ERROR_KEYS) add(key, 'error', null);
  return sources;
};

export const TEXT_SOURCES = collectSources();

const INDEXED = /\.(?=\d+(?:\.|$))/;

/** Where an attribute's texts are, by its name; undefined: it holds none. */
export const textSourceOf = (key: string): TextSource | undefined => {
  const exact = TEXT_SOURCES.get(key);
  if (exact !== undefined) return exact;
  const dot = key.search(INDEXED);
  return dot < 0 ? undefined : TEXT_SOURCES.get(key.slice(0, dot + 1));
};
