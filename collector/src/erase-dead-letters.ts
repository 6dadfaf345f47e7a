import { keepDeadLetter, listDeadLetters, readDeadLetter, removeDeadLetter } from './dead-letter.js';
import type { Files } from './files/index.js';
import type { JournalRecord } from './journal/index.js';
import { fragmentsOf } from './normalise/index.js';
import type { FoundTraces } from './store/embedded/index.js';
import {
  type ErasureRequest,
  type ErasureTarget,
  isTargetFragment,
  type TraceFragment,
  type TracePlace,
} from './store/index.js';

const DAY_MILLIS = 86_400_000;
const NANOS_PER_MILLI = 1_000_000n;
const HEX_KEY = /^(?:[0-9a-f]{2})+$/;
const UUID_PARTS = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/;

/** Every way in which a request may have written an id. */
const formsOfKey = (key: string): readonly (string | Buffer)[] => {
  if (!HEX_KEY.test(key)) return [key];
  const uuid = key.replace(UUID_PARTS, '$1-$2-$3-$4-$5');
  return [Buffer.from(key, 'hex'), key, key.toUpperCase(), uuid, uuid.toUpperCase()];
};

/** Of a request that nobody can read: whether it may hold what was erased. What can't be told may. */
const mayHold = (record: JournalRecord, target: ErasureTarget, traceKeys: readonly string[] | null): boolean => {
  const { project, traceKey, userId, sessionId, startUnixNano = 0n, endUnixNano } = target;
  if (project !== null && record.project !== null && project !== record.project) return false;
  if (traceKeys === null) return true;
  const names = [traceKey, userId, sessionId].filter((name) => name !== undefined);
  if (names.length === 0) {
    const isLateEnough = BigInt(record.receivedAtMillis + DAY_MILLIS) * NANOS_PER_MILLI >= startUnixNano;
    return (
      isLateEnough && (endUnixNano === undefined || BigInt(record.receivedAtMillis) * NANOS_PER_MILLI < endUnixNano)
    );
  }
  const body = Buffer.from(record.body.buffer, record.body.byteOffset, record.body.byteLength);
  const keys = traceKey === undefined ? traceKeys : [traceKey, ...traceKeys];
  const texts = [userId, sessionId].filter((name) => name !== undefined);
  return [...keys.flatMap(formsOfKey), ...texts].some((form) => body.includes(form));
};

const bodyOf = (format: JournalRecord['format'], fragments: readonly TraceFragment[]): Buffer => {
  const payloads = fragments.map(({ payload }) => payload);
  // Messages of protobuf, one after the other, are one with all their fields.
  if (format !== 'native') return Buffer.concat(payloads);
  return Buffer.from(`{"traces":[${payloads.map((payload) => Buffer.from(payload).toString('utf8')).join(',')}]}`);
};

/** The record without these fragments: itself, where that is nothing, and null where nothing else is in it. */
const without = (record: JournalRecord, isErased: (fragment: TraceFragment) => boolean): JournalRecord | null => {
  const fragments = fragmentsOf(record);
  const kept = fragments.filter((fragment) => !isErased(fragment));
  if (kept.length === fragments.length) return record;
  return kept.length === 0 ? null : { ...record, refused: [], body: bodyOf(record.format, kept) };
};

/** Puts what `restOf` leaves of each letter in its place. True: some were not left as they are. */
const changeLetters = async (
  files: Files,
  directory: string,
  restOf: (record: JournalRecord) => JournalRecord | null,
): Promise<boolean> => {
  let hasChanged = false;
  for (const name of await listDeadLetters(files, directory)) {
    const record = await readDeadLetter(files, directory, name);
    if (record === null) continue;
    const rest = restOf(record);
    if (rest === record) continue;
    hasChanged = true;
    if (rest !== null) await keepDeadLetter(files, directory, rest);
    await removeDeadLetter(files, directory, name);
  }
  return hasChanged;
};

/** Each trace once of which something lies there; what can't be read is left out. */
export const placesInDeadLetters = async (files: Files, directory: string): Promise<readonly TracePlace[]> => {
  const places = new Map<string, TracePlace>();
  for (const name of await listDeadLetters(files, directory)) {
    const record = await readDeadLetter(files, directory, name);
    if (record === null) continue;
    try {
      for (const { project, traceKey } of fragmentsOf(record))
        places.set(`${traceKey} ${project}`, { project, traceKey });
    } catch {
      // Nobody can tell of which traces it is.
    }
  }
  return [...places.values()];
};

/** Takes out of requests that can be read what is of these traces; what can't be read stays. */
export const dropFromDeadLetters = (
  files: Files,
  directory: string,
  traces: readonly TracePlace[],
): Promise<boolean> => {
  const isErased = ({ project, traceKey }: TraceFragment): boolean =>
    traces.some((trace) => trace.project === project && trace.traceKey === traceKey);
  return changeLetters(files, directory, (record) => {
    try {
      return without(record, isErased);
    } catch {
      return record;
    }
  });
};

/** Takes what was erased out of the requests that could not be stored. True: there was something. */
export const eraseDeadLetters = (
  files: Files,
  directory: string,
  { target }: ErasureRequest,
  { isErased, traceKeys }: FoundTraces,
): Promise<boolean> =>
  changeLetters(files, directory, (record) => {
    try {
      return without(
        record,
        (fragment) => isErased(fragment.project, fragment.traceKey) || isTargetFragment(fragment, target),
      );
    } catch {
      return mayHold(record, target, traceKeys) ? null : record;
    }
  });
