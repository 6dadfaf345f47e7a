import { pathToFileURL } from 'node:url';

/** Where the thread's code is, beside this file. */
export const threadUrl = (): URL | undefined => new URL('../pipeline-thread.js', pathToFileURL(__filename));
