import type { Attributes, EventDocument, Json } from '../document/index.js';
import { isRecord, renderedText, structured } from './rendered-text.js';
import { type SpanTextField, textSourceOf } from './text-sources.js';
import { addValueTexts } from './value-texts.js';

type AddText = (field: SpanTextField, text: string) => void;

const MESSAGE_EVENT = /^gen_ai\.(?:(?:system|user|assistant|tool)\.message|choice)$/;
const RESULT_EVENTS: ReadonlySet<string> = new Set(['db.query.result', 'db.search.result']);
const SAID = ['content', 'message', 'tool_calls'];

const addNamed = (attributes: Attributes, add: AddText): void => {
  for (const key in attributes) {
    const source = textSourceOf(key);
    if (source === undefined) continue;
    addValueTexts(attributes[key] ?? null, source, (text) => {
      add(source.field, text);
    });
  }
};

/** What a message event says: in its body, or in attributes that may begin with `gen_ai.event.`. */
const saidIn = (holder: Attributes): Record<string, Json> =>
  Object.fromEntries(
    SAID.flatMap((name) => {
      const value = holder[name] ?? holder[`gen_ai.event.${name}`] ?? null;
      return value === null ? [] : [[name, structured(value)]];
    }),
  );

/** The texts of a span's event, or of a log record as one. */
export const addEventTexts = (event: EventDocument, add: AddText): void => {
  const body = structured((event as { readonly body?: Json }).body ?? null);
  addNamed(event.attributes, add);
  if (isRecord(body)) addNamed(body, add);
  if (MESSAGE_EVENT.test(event.name)) {
    const said = { ...saidIn(event.attributes), ...(isRecord(body) ? saidIn(body) : {}) };
    const text = typeof body === 'string' ? body : renderedText(said, false);
    add(event.name === 'gen_ai.choice' ? 'response' : 'prompt', text);
  } else if (RESULT_EVENTS.has(event.name)) add('tool', renderedText(event.attributes, true));
};
