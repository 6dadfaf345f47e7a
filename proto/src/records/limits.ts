import { writeCount } from '../encode/index.js';
import { readInt64 } from './any-value.js';
import type { Field, Fields } from './fields.js';
import { EVENT, LINK, SPAN } from './tags.js';
import { createTextEditing, type EditText, type TextPlan } from './text-edits.js';
import { addPiece, bytesOf, eachField, newPieces, type Workspace, writeField, type Written } from './workspace.js';

/** As OpenTelemetry's SpanLimits; undefined: no limit. */
export interface RecordLimits {
  /** UTF-16 code units of a text value, bytes of a bytes value; those in lists and maps alike. Names are not cut. */
  readonly attributeValueLength?: number;
  readonly attributesPerSpan?: number;
  readonly eventsPerSpan?: number;
  readonly linksPerSpan?: number;
  readonly attributesPerEvent?: number;
  readonly attributesPerLink?: number;
  /** Stands behind a text that was cut, beside its length; default: nothing. */
  readonly mark?: string;
}

const VALUES: TextPlan = {
  [SPAN.attributes]: { attributes: 'attribute' },
  [SPAN.events]: { within: { [EVENT.attributes]: { attributes: 'event_attribute' } } },
  [SPAN.links]: { within: { [LINK.attributes]: { attributes: 'link_attribute' } } },
};

/** Not between the halves of a character beyond the first plane. */
const cutText = (text: string, length: number): string => {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length);
};

const cutValues =
  (workspace: Workspace, length: number, mark: string): EditText =>
  ({ bytes, start, end, key, isBytes }) => {
    // No text has more code units than bytes.
    if (key === undefined || end - start <= length) return undefined;
    if (isBytes) return bytes.slice(start, start + length);
    const text = workspace.text.read(bytes, start, end);
    if (text.length <= length || (mark !== '' && text.length <= length + mark.length && text.endsWith(mark)))
      return undefined;
    return cutText(text, length) + mark;
  };

const writtenCount = (workspace: Workspace, tag: number, count: number): Written => {
  const { scratch } = workspace;
  const start = scratch.at;
  writeCount(scratch, tag, count);
  return { start, end: scratch.at };
};

/** Leaves out the last of too many fields of a tag, and adds them to the count. */
const limitFields = (workspace: Workspace, fields: Fields, tag: number, countTag: number, limit = Infinity): void => {
  if (fields.count(tag) <= limit) return;
  const found = fields.items.filter((field) => field.tag === tag);
  found.slice(limit).forEach(fields.remove);
  const before = fields.last(countTag);
  const dropped = before === undefined ? 0 : readInt64(bytesOf(workspace, before.source), before.content, before.end);
  fields.set(countTag, writtenCount(workspace, countTag, dropped + found.length - limit));
};

/** An event or link with attributes up to the limit; undefined: it has no more. */
const limitAttributes = (
  workspace: Workspace,
  { tag, source, content, end }: Field,
  attributes: number,
  countTag: number,
  limit: number,
): Written | undefined => {
  const pieces = newPieces();
  let found = 0;
  let dropped = 0;
  const bytes = bytesOf(workspace, source);
  eachField(bytes, content, end, (inner, start, from, to) => {
    if (inner === countTag) dropped = readInt64(bytes, from, to);
    else if (inner !== attributes || found++ < limit) addPiece(pieces, source, start, to);
  });
  if (found <= limit) return undefined;
  const { start, end: countEnd } = writtenCount(workspace, countTag, dropped + found - limit);
  addPiece(pieces, 'scratch', start, countEnd);
  return writeField(workspace, tag, pieces);
};

/** Attributes of events and links. */
const limitBeside = (
  workspace: Workspace,
  fields: Fields,
  { attributesPerEvent, attributesPerLink }: RecordLimits,
): void =>
  fields.edit((field) => {
    if (field.tag === SPAN.events && attributesPerEvent !== undefined)
      return limitAttributes(workspace, field, EVENT.attributes, EVENT.droppedAttributes, attributesPerEvent);
    if (field.tag === SPAN.links && attributesPerLink !== undefined)
      return limitAttributes(workspace, field, LINK.attributes, LINK.droppedAttributes, attributesPerLink);
    return undefined;
  });

export const limitSpan = (workspace: Workspace, fields: Fields, limits: RecordLimits): void => {
  const { attributesPerEvent, attributesPerLink, attributeValueLength } = limits;
  limitFields(workspace, fields, SPAN.attributes, SPAN.droppedAttributes, limits.attributesPerSpan);
  limitFields(workspace, fields, SPAN.events, SPAN.droppedEvents, limits.eventsPerSpan);
  limitFields(workspace, fields, SPAN.links, SPAN.droppedLinks, limits.linksPerSpan);
  const isBeside = fields.count(SPAN.events) + fields.count(SPAN.links) > 0;
  if (isBeside && (attributesPerEvent ?? attributesPerLink) !== undefined) limitBeside(workspace, fields, limits);
  if (attributeValueLength === undefined) return;
  const edit = createTextEditing(workspace, cutValues(workspace, attributeValueLength, limits.mark ?? ''));
  // In what is no longer altogether, no text is.
  fields.edit((field) => (field.end - field.content > attributeValueLength ? edit(field, VALUES) : undefined));
};
