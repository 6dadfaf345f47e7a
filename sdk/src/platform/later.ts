import type { Platform } from './platform.js';

/** A timer of the runtime's own, which keeps the process alive where there is one. */
export const later: Platform['later'] = (work, delayMillis) => {
  const timer = setTimeout(work, delayMillis);
  return {
    cancel: () => {
      clearTimeout(timer);
    },
  };
};
