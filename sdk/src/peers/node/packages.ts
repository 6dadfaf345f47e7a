import { createRequire } from 'node:module';

import { threadUrl } from '../../delivery/node/index.js';

/** As this package's own code finds others, in either of its forms. */
const load = createRequire(threadUrl());

export const hasPackage = (name: string): boolean => {
  try {
    load.resolve(name);
    return true;
  } catch {
    return false;
  }
};

/** Of `from`, another package: its own copy. Throws where there is none. */
export const requirePackage = (name: string, from?: string): unknown =>
  from === undefined ? load(name) : createRequire(load.resolve(from))(name);
