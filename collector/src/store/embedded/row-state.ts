import type { RankedText, RankedWeight } from '../trace-store.js';
import type { TraceRow } from './trace-row.js';

/**
 * What a row must remember to take more spans later, beyond its columns. Null for the common case:
 * a finished trace whose root gave its name and all else.
 */
type State = readonly [
  end: string,
  unfinishedSpans: number,
  root: TraceRow['root'],
  nameRank: string | null,
  userRank: string | null,
  sessionRank: string | null,
  environmentRank: string | null,
  weightRank: string | null,
  sdkRank: string | null,
];

const ROOT_RANK = '0';
const isRoots = (text: Pick<RankedText, 'rank'> | null): boolean => text === null || text.rank === ROOT_RANK;

const isPlain = (row: TraceRow): boolean =>
  row.root?.ended === true &&
  row.root.errorType === null &&
  row.root.statusMessage === null &&
  row.unfinishedSpans === 0 &&
  isRoots(row.name) &&
  isRoots(row.user) &&
  isRoots(row.session) &&
  isRoots(row.environment) &&
  isRoots(row.weight) &&
  isRoots(row.sdk);

export const encodeState = (row: TraceRow): string | null => {
  if (isPlain(row) || row.summary !== null) return null;
  const state: State = [
    String(row.end),
    row.unfinishedSpans,
    row.root,
    row.name?.rank ?? null,
    row.user?.rank ?? null,
    row.session?.rank ?? null,
    row.environment?.rank ?? null,
    row.weight?.rank ?? null,
    row.sdk?.rank ?? null,
  ];
  return JSON.stringify(state);
};

const ranked = (text: string | null, rank: string | null): RankedText | null =>
  text === null ? null : { text, rank: rank ?? ROOT_RANK };

const rankedWeight = (weight: number | null, rank: string | null): RankedWeight | null =>
  weight === null ? null : { weight, rank: rank ?? ROOT_RANK };

export interface StoredTexts {
  readonly name: string | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly environment: string | null;
  readonly sdk: string | null;
  readonly weight: number | null;
}

/** Sets what `encodeState` kept; `failed` is the plain root's. */
export const applyState = (row: TraceRow, encoded: string | null, texts: StoredTexts, failed: boolean): void => {
  if (encoded === null) {
    row.root = { ended: true, failed, errorType: null, statusMessage: null };
    row.name = ranked(texts.name, null);
    row.user = ranked(texts.user, null);
    row.session = ranked(texts.session, null);
    row.environment = ranked(texts.environment, null);
    row.sdk = ranked(texts.sdk, null);
    row.weight = rankedWeight(texts.weight, null);
    return;
  }
  const [end, unfinishedSpans, root, name, user, session, environment, weight, sdk] = JSON.parse(encoded) as State;
  row.end = BigInt(end);
  row.unfinishedSpans = unfinishedSpans;
  row.root = root;
  row.name = ranked(texts.name, name);
  row.user = ranked(texts.user, user);
  row.session = ranked(texts.session, session);
  row.environment = ranked(texts.environment, environment);
  row.sdk = ranked(texts.sdk, sdk);
  row.weight = rankedWeight(texts.weight, weight);
};
