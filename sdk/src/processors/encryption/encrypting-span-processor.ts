import { type Attributes, type Context, diag } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';

import { changing } from '../changing.js';
import { viewOf } from '../span-view.js';
import { type AttributeCipher, type CipherOptions, createAttributeCipher } from './attribute-cipher.js';

export type EncryptingOptions = Omit<CipherOptions, 'onError'> & Partial<Pick<CipherOptions, 'onError'>>;

const encrypted = (cipher: AttributeCipher, { traceId, spanId }: { traceId: string; spanId: string }) => {
  const one = (attributes: Attributes): Attributes => {
    const chosen = Object.keys(attributes).filter((name) => cipher.isChosen(name) && attributes[name] !== undefined);
    if (chosen.length === 0) return attributes;
    const values = chosen.map((name) => [name, cipher.encrypt(attributes[name], { traceId, spanId, name })] as const);
    return { ...attributes, ...Object.fromEntries(values) };
  };
  const within = <Item extends { readonly attributes?: Attributes }>(item: Item): Item =>
    item.attributes === undefined ? item : { ...item, attributes: one(item.attributes) };
  return { one, within };
};

/**
 * Encrypts chosen attributes of spans, their events and links before they go to the next processor. A value that can't
 * be encrypted is replaced by a mark. Spans that end before the key has come wait for it.
 */
export class EncryptingSpanProcessor implements SpanProcessor {
  readonly #chain: SpanProcessor;
  readonly #changeKey: (keyId: string) => Promise<boolean>;

  constructor(next: SpanProcessor, options: EncryptingOptions) {
    const cipher = createAttributeCipher({ onError: (error) => diag.error(error.message), ...options });
    this.#changeKey = (keyId) => cipher.change({ attributes: options.attributes, key: options.key, keyId });
    this.#chain = changing(next, {
      name: 'EncryptingSpanProcessor',
      onFault: 'drop',
      ...(cipher.isReady() ? {} : { ready: cipher.ready }),
      change: (span) => {
        const { one, within } = encrypted(cipher, span.spanContext());
        return viewOf(span, {
          attributes: one(span.attributes),
          events: span.events.map(within),
          links: span.links.map(within),
        });
      },
    });
  }

  /**
   * Asks the callback for the key of that id, and encrypts with it from when it has come; until then, and where it
   * doesn't come, with the one before. Resolves to whether it is in use. Never rejects.
   */
  changeKey(keyId: string): Promise<boolean> {
    return this.#changeKey(keyId);
  }

  onStart(span: Span, context: Context): void {
    this.#chain.onStart(span, context);
  }

  onEnding(span: Span): void {
    this.#chain.onEnding?.(span);
  }

  onEnd(span: ReadableSpan): void {
    this.#chain.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.#chain.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#chain.shutdown();
  }
}
