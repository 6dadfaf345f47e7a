import { methodOf, shadow } from './shadow.js';
import type { Tap } from './tap.js';

interface NodeReadable {
  readonly errored?: unknown;
  readonly readableEnded?: boolean;
}

/** Of Node: however it is read (`data`, `pipe`, iteration), what is read is emitted. */
export const isNodeReadable = (value: object): value is NodeReadable =>
  methodOf(value, 'emit') !== undefined &&
  methodOf(value, 'pipe') !== undefined &&
  methodOf(value, 'read') !== undefined;

export const watchNodeReadable = (stream: NodeReadable, tap: Tap): void => {
  const emit = methodOf(stream, 'emit');
  let at = 0;
  shadow(stream, 'emit', (...args: unknown[]) => {
    const [event, value] = args;
    if (event === 'data') tap.chunk(at++, value);
    else if (event === 'end') tap.end('end');
    else if (event === 'error') tap.failed(value);
    else if (event === 'close') tap.left();
    return emit?.apply(stream, args);
  });
};
