import type { Fragment } from '../document/index.js';
import { createSpanSelector, type SpanView } from '../otlp/index.js';
import { spanIdAt } from './bytes.js';

/**
 * Makes a function that takes out of a fragment what its spans of these ids need; null: it has none of them. What
 * came natively or as logs stays whole.
 */
export const createSpansPicker = (spanIds: ReadonlySet<string>) => {
  const select = createSpanSelector([]);
  return (fragment: Fragment): Fragment | null => {
    if (fragment.kind !== 'otlp-spans') return fragment;
    const { items, payload } = select(fragment.payload, {
      resource: () => true,
      span: ({ spanIdOffset }: SpanView) => spanIdOffset >= 0 && spanIds.has(spanIdAt(fragment.payload, spanIdOffset)),
    });
    return items === 0 ? null : { ...fragment, payload };
  };
};
