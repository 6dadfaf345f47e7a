/** Where the thread's code is, beside this file. */
export const threadUrl = (): URL | undefined => new URL('../pipeline-thread.js', import.meta.url);
