import { runToEnd } from './processes.js';

/** Builds what has changed since the last build. Returns an exit code. */
export const build = () => runToEnd(['node_modules/typescript/bin/tsc', '-b'], 'stderr');
