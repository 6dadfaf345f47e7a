import type { SimulatedContent } from './simulated-content.js';

type Entries = ReadonlyMap<string, SimulatedContent>;
/** One change of names: some are set, one may go; both or neither. */
interface EntryChange {
  readonly directory: string;
  readonly set: readonly (readonly [string, SimulatedContent])[];
  readonly remove: readonly string[];
}

const applied = (entries: Entries, change: EntryChange): Entries => {
  const next = new Map(entries);
  for (const path of change.remove) next.delete(path);
  for (const [path, content] of change.set) next.set(path, content);
  return next;
};

export const directoryOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Names, as they are seen and as a power cut would leave them. */
export interface SimulatedNames {
  find(path: string): SimulatedContent | undefined;
  list(directory: string): string[];
  create(path: string, content: SimulatedContent): void;
  remove(path: string): void;
  rename(from: string, to: string): void;
  sync(directory: string): void;
  /** Each change in the directory survives or not, for good. */
  loseSync(directory: string): void;
  afterCrash(): Entries;
}

export const createSimulatedNames = (initial: Entries, random: () => number): SimulatedNames => {
  let visible = initial;
  let durable = initial;
  let pending: EntryChange[] = [];

  const change = (next: EntryChange): void => {
    visible = applied(visible, next);
    pending.push(next);
  };
  const settle = (directory: string, survives: () => boolean): void => {
    const here = pending.filter((each) => each.directory === directory);
    pending = pending.filter((each) => each.directory !== directory);
    durable = here.filter(survives).reduce(applied, durable);
  };

  return {
    find: (path) => visible.get(path),
    list: (directory) =>
      [...visible.keys()]
        .filter((path) => directoryOf(path) === directory)
        .map((path) => path.slice(directory.length + 1)),
    create: (path, content) => change({ directory: directoryOf(path), set: [[path, content]], remove: [] }),
    remove: (path) => change({ directory: directoryOf(path), set: [], remove: [path] }),
    rename(from, to) {
      const content = visible.get(from);
      if (content !== undefined) change({ directory: directoryOf(to), set: [[to, content]], remove: [from] });
    },
    sync: (directory) => settle(directory, () => true),
    loseSync: (directory) => settle(directory, () => random() < 0.5),
    afterCrash: () => pending.filter(() => random() < 0.5).reduce(applied, durable),
  };
};
