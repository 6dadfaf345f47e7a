import { type HotUpdate, hotUpdateOf } from '../hot-update.js';
import { resolveOptions } from '../resolve-options.js';
import type { ResolvedOptions } from '../resolved-options.js';
import type { NodeSources } from './validate-config.js';
import { type WatchedFile, watchOptionsFile } from './watch-options-file.js';

export interface FollowOptions {
  readonly sources: NodeSources;
  /** As they were resolved from the sources. */
  readonly resolved: ResolvedOptions;
  readonly current: () => ResolvedOptions;
  readonly intervalMillis: number;
  /** Something that may change while running has changed. */
  readonly onUpdate: (options: ResolvedOptions) => void;
  /** What is wrong with the file, or needs a restart. */
  readonly tell: (message: string) => void;
}

const restartMessage = ({ restart }: HotUpdate): string =>
  `changed in the file, but taken at the next start only: ${restart.join(', ')}`;

/**
 * Takes changes of the options' file over while the SDK runs. What the file says anew wins over `configure()`, which
 * came earlier; what it says as before changes nothing. A file that is wrong, or gone, is told and left aside.
 */
export const followOptionsFile = ({
  sources,
  resolved,
  current,
  intervalMillis,
  onUpdate,
  tell,
}: FollowOptions): WatchedFile => {
  const { found, environment = {}, directory } = sources;
  if (found === undefined) return { close: () => undefined };
  let before = resolved;
  return watchOptionsFile({
    found,
    directory,
    environment,
    intervalMillis,
    onChange: (changed) => {
      if (changed === undefined) {
        tell('the file of options is gone; its options stay until the next start');
        return;
      }
      const { options: next, problems } = resolveOptions({ ...sources, file: changed.file });
      if (problems.length > 0) {
        tell(`the changed file is left aside: ${problems.map(({ option, rule }) => `${option} ${rule}`).join('; ')}`);
        return;
      }
      const update = hotUpdateOf(current(), next, before);
      before = next;
      if (update.options !== current()) onUpdate(update.options);
      if (update.restart.length > 0) tell(restartMessage(update));
    },
  });
};
