import type { TraceDocument } from '../document/index.js';
import { addEventTexts } from './event-texts.js';
import { spanTexts, textAttributesOf, type SpanText } from './span-texts.js';

/** A text and whose it is; null: the trace's own. */
export interface DocumentText extends SpanText {
  readonly spanId: string | null;
}

/** Every text of a trace as it is stored: of a document that nothing was derived into, since that would repeat texts. */
export const documentTexts = (document: Pick<TraceDocument, 'name' | 'spans' | 'events'>): DocumentText[] => {
  const texts: DocumentText[] = [];
  if (document.name !== '' && !document.spans.some(({ name }) => name === document.name))
    texts.push({ field: 'name', spanId: null, text: document.name });
  for (const { attributes, events, name, span_id: spanId, status_message: statusMessage } of document.spans) {
    const span = { name, statusMessage, events, attributes: textAttributesOf(attributes) };
    for (const text of spanTexts(span)) texts.push({ ...text, spanId });
  }
  for (const event of document.events)
    addEventTexts(event, (field, text) => {
      if (text !== '') texts.push({ field, spanId: null, text });
    });
  return texts;
};
