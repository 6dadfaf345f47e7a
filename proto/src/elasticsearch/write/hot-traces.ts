/** Where traces were written lately: the index, by the id of their head. */
export interface HotTraces {
  get(id: string): string | undefined;
  set(id: string, index: string): void;
  delete(id: string): void;
}

const MOST_TRACES = 50_000;

/** `onForgotten`: told of each trace that had to go, at 50,000, so that its next spans have to look for it. */
export const createHotTraces = (onForgotten: () => void): HotTraces => {
  const places = new Map<string, string>();
  return {
    get: (id) => places.get(id),
    set(id, index) {
      places.delete(id);
      places.set(id, index);
      for (const [oldest] of places) {
        if (places.size <= MOST_TRACES) break;
        places.delete(oldest);
        onForgotten();
      }
    },
    delete(id) {
      places.delete(id);
    },
  };
};
