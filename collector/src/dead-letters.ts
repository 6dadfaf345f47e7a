import type { RetriedLetters } from './admin/index.js';
import { listDeadLetters, nameGivenBack, readDeadLetter, removeDeadLetter } from './dead-letter.js';
import type { Files } from './files/index.js';
import type { Journal, JournalRecord } from './journal/index.js';
import { fragmentsOf } from './normalise/index.js';

/** A request that was acknowledged and could not be stored. */
export interface DeadLetter {
  readonly name: string;
  /** Empty: nobody can tell. */
  readonly projects: readonly string[];
  readonly receivedAtMillis: number;
  readonly format: JournalRecord['format'];
  /** Of its body. */
  readonly bytes: number;
}

const projectsOf = (record: JournalRecord): readonly string[] => {
  if (record.project !== null) return [record.project];
  try {
    return [...new Set(fragmentsOf(record).map(({ project }) => project))].sort();
  } catch {
    return [];
  }
};

const lettersOf = async function* (
  files: Files,
  directory: string,
  project: string | null,
): AsyncGenerator<{ readonly letter: DeadLetter; readonly record: JournalRecord }> {
  for (const name of await listDeadLetters(files, directory)) {
    const record = await readDeadLetter(files, directory, name);
    if (record === null) continue;
    const projects = projectsOf(record);
    if (project !== null && !projects.includes(project)) continue;
    const { body, format, receivedAtMillis } = record;
    yield { letter: { name, projects, receivedAtMillis, format, bytes: body.length }, record };
  }
};

/** Oldest first; `project` null: of every project. */
export const describeDeadLetters = async (
  files: Files,
  directory: string,
  project: string | null,
): Promise<readonly DeadLetter[]> => {
  const letters: DeadLetter[] = [];
  for await (const { letter } of lettersOf(files, directory, project)) letters.push(letter);
  return letters.sort((a, b) => a.receivedAtMillis - b.receivedAtMillis || (a.name < b.name ? -1 : 1));
};

/**
 * Puts requests back into the journal, from where they are stored as any other; one that can't be stored becomes a dead
 * letter again. A letter goes only once the journal has its request durably.
 */
export const retryDeadLetters = async (
  files: Files,
  directory: string,
  journal: Pick<Journal, 'append'>,
  project: string | null,
): Promise<RetriedLetters> => {
  let retried = 0;
  let left = 0;
  for await (const { letter, record } of lettersOf(files, directory, project)) {
    const name = left > 0 ? letter.name : await nameGivenBack(files, directory, letter.name);
    const outcome = left > 0 ? null : await journal.append(record);
    if (outcome?.status !== 'durable') {
      left++;
      continue;
    }
    await removeDeadLetter(files, directory, name);
    retried++;
  }
  return { retried, left };
};
