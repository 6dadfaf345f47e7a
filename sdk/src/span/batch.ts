import type { SpanOptions } from './options.js';
import { span } from './spans.js';
import type { TracedSpan } from './handle.js';

export interface TraceBatchOptions extends SpanOptions {
  /** Items at work at once. Default: 1, one after the other. */
  readonly concurrency?: number | undefined;
  /** What the items' spans are. Default: `span`. */
  readonly itemType?: SpanOptions['type'];
}

type Work<T, R> = (item: T, index: number, span: TracedSpan) => R;

const settledOf = async <T, R>(
  name: string,
  { captureContent, itemType }: TraceBatchOptions,
  item: T,
  index: number,
  work: Work<T, R>,
): Promise<PromiseSettledResult<Awaited<R>>> => {
  const attributes = { 'batch.index': index };
  try {
    const value = await span(`${name} item`, { attributes, captureContent, type: itemType }, async (itemSpan) => {
      itemSpan.setInput(item);
      try {
        const result = await work(item, index, itemSpan);
        itemSpan.setAttribute('batch.success', true);
        return result;
      } catch (error) {
        itemSpan.setAttribute('batch.success', false);
        throw error;
      }
    });
    return { status: 'fulfilled', value };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
};

/**
 * Works through the items, each in a span of its own below one of the whole batch, which tells `batch.size`,
 * `batch.successful` and `batch.failed`. An item that fails fails alone: results are in the items' order, as
 * `Promise.allSettled` has them, and this never rejects.
 */
export const traceBatch = async <T, R>(
  name: string,
  items: Iterable<T>,
  work: Work<T, R>,
  options: TraceBatchOptions = {},
): Promise<PromiseSettledResult<Awaited<R>>[]> => {
  const list = [...items];
  const { concurrency = 1, itemType: _, ...rest } = options;
  const results: PromiseSettledResult<Awaited<R>>[] = [];
  return span(name, { ...rest, attributes: { ...rest.attributes, 'batch.size': list.length } }, async (whole) => {
    const pending = list.entries();
    const worker = async (): Promise<void> => {
      for (const [index, item] of pending) results[index] = await settledOf(name, options, item, index, work);
    };
    const workers = Math.max(1, Math.min(Math.floor(concurrency) || 1, list.length));
    await Promise.all(Array.from({ length: workers }, worker));
    const failed = results.filter(({ status }) => status === 'rejected').length;
    whole.setAttributes({ 'batch.successful': list.length - failed, 'batch.failed': failed });
    return results;
  });
};
