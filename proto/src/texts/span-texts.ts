import type { Attributes, EventDocument, Json } from '../document/index.js';
import { addEventTexts } from './event-texts.js';
import { renderedText } from './rendered-text.js';
import { type SpanTextField, type TextSource, textSourceOf } from './text-sources.js';
import { addValueTexts } from './value-texts.js';

export interface SpanText {
  readonly field: SpanTextField;
  readonly text: string;
}

/** An attribute that holds texts. */
export interface TextAttribute {
  readonly key: string;
  readonly source: TextSource;
  readonly value: Json;
}

export interface TextualSpan {
  readonly name: string;
  readonly statusMessage: string | null;
  readonly attributes: readonly TextAttribute[];
  readonly events: readonly EventDocument[];
}

/** Of indexed attributes, which message they belong to: `a.0.b` and `a.0.c` to one. */
const INDEXED = /^(.*?\.)(\d+)(?:\.(.*))?$/;
const NOISE_LEAF = /(?:^|\.)(?:role|type|id|finish_reason|tool_call_id|mime_type|score)$/;

const addIndexed = (found: readonly TextAttribute[], add: (field: SpanTextField, text: string) => void): void => {
  const messages = new Map<string, { readonly field: SpanTextField; readonly lines: string[] }>();
  for (const { key, source, value } of found) {
    const [, prefix = '', index = '', path = ''] = INDEXED.exec(key) ?? [];
    if (NOISE_LEAF.test(path) || typeof value === 'number') continue;
    const place = prefix + index;
    const message = messages.get(place) ?? { field: source.field, lines: [] };
    messages.set(place, message);
    message.lines.push(typeof value === 'string' && !/^\s*[[{]/.test(value) ? value : renderedText([value], false));
  }
  for (const { field, lines } of messages.values()) add(field, lines.join('\n'));
};

/** Every text of a span, by the same rules wherever the span comes from: a message each, empty ones left out. */
export const spanTexts = ({ attributes, events, name, statusMessage }: TextualSpan): SpanText[] => {
  const texts: SpanText[] = [];
  const add = (field: SpanTextField, text: string): void => {
    if (text !== '') texts.push({ field, text });
  };
  add('name', name);
  const addValue = ({ source, value }: TextAttribute): void => {
    addValueTexts(value, source, (text) => {
      add(source.field, text);
    });
  };
  const indexed: TextAttribute[] = [];
  const fallbacks: TextAttribute[] = [];
  for (const attribute of attributes) {
    if (attribute.source.isFallback) fallbacks.push(attribute);
    else if (attribute.source.isIndexed) indexed.push(attribute);
    else addValue(attribute);
  }
  if (indexed.length > 0) addIndexed(indexed, add);
  const wanted = fallbacks.filter(({ source }) => !texts.some(({ field }) => field === source.field));
  wanted.forEach(addValue);
  for (const event of events) addEventTexts(event, add);
  if (statusMessage !== null) add('error', statusMessage);
  return texts;
};

/** Those of a span's attributes that hold texts. */
export const textAttributesOf = (attributes: Attributes): TextAttribute[] => {
  const found: TextAttribute[] = [];
  for (const key in attributes) {
    const source = textSourceOf(key);
    if (source !== undefined) found.push({ key, source, value: attributes[key] ?? null });
  }
  return found;
};
