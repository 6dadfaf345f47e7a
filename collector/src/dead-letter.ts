import { createHash } from 'node:crypto';

import type { Files } from './files/index.js';
import type { JournalRecord } from './journal/index.js';

const SUFFIX = '.letter';
/** Given back to the journal, or about to be. */
const GIVEN_BACK = '.letter.given-back';
const LINE_END = 10;

/**
 * Keeps an acknowledged request that no stage could store: a line of JSON with what the journal knew of it, then the
 * body. The name is made of the content, so that a replay keeps it once. Durable once the promise resolves.
 */
export const keepDeadLetter = async (files: Files, directory: string, record: JournalRecord): Promise<void> => {
  const { body, ...head } = record;
  const content = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]);
  const name = createHash('sha256').update(content).digest('hex').slice(0, 32);
  await files.makeDirectory(directory);
  await files.replace(`${directory}/${String(record.receivedAtMillis)}-${name}${SUFFIX}`, content);
};

export const listDeadLetters = async (files: Files, directory: string): Promise<readonly string[]> =>
  (await files.list(directory)).filter((name) => name.endsWith(SUFFIX) || name.endsWith(GIVEN_BACK));

/** Null: it is gone. */
export const readDeadLetter = async (files: Files, directory: string, name: string): Promise<JournalRecord | null> => {
  const content = await files.readAll(`${directory}/${name}`);
  if (content === null) return null;
  const headEnd = content.indexOf(LINE_END);
  const head = JSON.parse(content.toString('utf8', 0, headEnd)) as Omit<JournalRecord, 'body'>;
  return { ...head, body: content.subarray(headEnd + 1) };
};

/** Durable once the promise resolves. */
export const removeDeadLetter = async (files: Files, directory: string, name: string): Promise<void> => {
  await files.remove(`${directory}/${name}`);
  await files.syncDirectory(directory);
};

/** Those that are there at the call; durable once the promise resolves. */
export const copyDeadLetters = async (files: Files, from: string, to: string): Promise<void> => {
  const names = await listDeadLetters(files, from);
  if (names.length > 0) await files.makeDirectory(to);
  for (const name of names) {
    const content = await files.readAll(`${from}/${name}`);
    if (content !== null) await files.replace(`${to}/${name}`, content);
  }
};

/**
 * Gives a letter a name under which it can't be set aside again, so that what is removed later is not one that came
 * anew; resolves to the name. Durable once the promise resolves.
 */
export const nameGivenBack = async (files: Files, directory: string, name: string): Promise<string> => {
  if (name.endsWith(GIVEN_BACK)) return name;
  const content = await files.readAll(`${directory}/${name}`);
  const given = `${name.slice(0, -SUFFIX.length)}${GIVEN_BACK}`;
  if (content === null) return given;
  await files.replace(`${directory}/${given}`, content);
  await removeDeadLetter(files, directory, name);
  return given;
};
