interface Listening {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

interface PageDocument extends Listening {
  readonly visibilityState: string;
}

/** A web page: it may go at any time, and says so only by being hidden. */
export interface Page {
  readonly isHidden: () => boolean;
  /** Calls it whenever the page is hidden or left, which may be its last chance. */
  readonly onHidden: (listen: () => void) => { close(): void };
}

const isListening = (value: unknown): value is Listening =>
  typeof (value as Partial<Listening> | undefined)?.addEventListener === 'function';

/** The page that this code runs in; undefined in workers and on servers. */
export const currentPage = (globals: object = globalThis): Page | undefined => {
  const { document } = globals as { readonly document?: PageDocument };
  if (!isListening(document) || !isListening(globals)) return undefined;
  const isHidden = (): boolean => document.visibilityState === 'hidden';
  return {
    isHidden,
    onHidden: (listen) => {
      const onVisibility = (): void => {
        if (isHidden()) listen();
      };
      document.addEventListener('visibilitychange', onVisibility);
      // Safari tells no change of visibility where a page is left by a link.
      globals.addEventListener('pagehide', listen);
      return {
        close: () => {
          document.removeEventListener('visibilitychange', onVisibility);
          globals.removeEventListener('pagehide', listen);
        },
      };
    },
  };
};
