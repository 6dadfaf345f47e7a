import { valueAt } from '../dialects/index.js';
import type { Json } from '../document/index.js';
import { isList, isRecord, renderedText, structured } from './rendered-text.js';
import type { TextSource } from './text-sources.js';

const MAX_DEPTH = 8;

/** One text a message, in whatever lists and records the messages come. */
const addMessages = (value: Json, depth: number, add: (text: string) => void): void => {
  if (isList(value)) {
    for (const item of value)
      if (isList(item) && depth < MAX_DEPTH) addMessages(item, depth + 1, add);
      else add(renderedText(item, false));
    return;
  }
  if (!isRecord(value) || depth >= MAX_DEPTH) {
    add(renderedText(value, false));
    return;
  }
  const rest: Record<string, Json> = {};
  let hasLists = false;
  for (const name in value) {
    const item = value[name] ?? null;
    if (isList(item)) {
      hasLists = true;
      addMessages(item, depth + 1, add);
    } else rest[name] = item;
  }
  add(renderedText(hasLists ? rest : value, false));
};

const addParts = (value: Json, add: (text: string) => void): void => {
  if (isList(value)) for (const item of value) add(renderedText(item, true));
  else add(renderedText(value, true));
};

/** The texts of an attribute's value. */
export const addValueTexts = (sent: Json, { at, field }: TextSource, add: (text: string) => void): void => {
  const value = structured(sent);
  const parts = at === null ? [value] : at.map((path) => valueAt(value, path) ?? null);
  for (const part of parts) {
    if (part === null) continue;
    if (field === 'prompt' || field === 'response') addMessages(part, 0, add);
    else addParts(part, add);
  }
};
