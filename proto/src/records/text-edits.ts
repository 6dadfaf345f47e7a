import { beginMessage, endMessage, ensureRoom, putVarint, writeText } from '../encode/index.js';
import { goDeeper, MAX_VALUE_LEVELS, readInt64, readKeyValue } from './any-value.js';
import { type PlainPair, readPlainPair } from './plain-pair.js';
import { bytesOf, rewriteMessage, type Source, type Workspace, type Written } from './workspace.js';

export type AttributeChannel =
  'attribute' | 'event_attribute' | 'link_attribute' | 'resource_attribute' | 'scope_attribute';

/** Where a text stands. */
export type Channel =
  | AttributeChannel
  | `${AttributeChannel}_key`
  | 'name'
  | 'log_body'
  | 'log_severity'
  | 'trace_state'
  | 'status_message'
  | 'event_name'
  | 'link_trace_state'
  | 'resource_entity'
  | 'resource_schema_url'
  | 'scope_name'
  | 'scope_version'
  | 'scope_schema_url';

/** Which fields of a message are texts, attributes, or messages with texts in them; by tag. */
export type TextPlan = Readonly<Record<number, TextStep>>;

type TextStep =
  | { readonly text: Channel }
  | { readonly attributes: AttributeChannel }
  /** An AnyValue that stands under no key. */
  | { readonly value: Channel }
  | { readonly within: TextPlan };

const KEYS = new Map<Channel, Channel>();

/** Keys within what is no attribute are as values there. */
const keyChannel = (channel: Channel): Channel => KEYS.get(channel) ?? channel;

for (const channel of [
  'attribute',
  'event_attribute',
  'link_attribute',
  'resource_attribute',
  'scope_attribute',
] as const)
  KEYS.set(channel, `${channel}_key`);

/** A text as it stands in `bytes`. */
export interface FoundText {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly channel: Channel;
  /** Of the attribute that it is a value of, with the keys inside a map behind it. */
  readonly key: string | undefined;
  /** A value of type bytes. */
  readonly isBytes: boolean;
}

/** What comes in place of it; undefined: it stays. */
export type EditText = (found: FoundText) => string | Uint8Array | undefined;

/** A field that texts are edited in. */
export interface EditedField {
  readonly tag: number;
  readonly source: Source;
  readonly content: number;
  readonly end: number;
}

const STRING = 10;
const INT = 24;
const ARRAY = 42;
const MAP = 50;
const BYTES = 58;
const ITEM = 10;
const KEY = 10;
const VALUE = 18;

/** Gives the text that comes in place of an integer; undefined: it stays. */
export type EditInteger = (value: number, channel: Channel, key: string) => string | undefined;

/** Makes a function that edits the texts of one field; it returns undefined where all stay. */
export const createTextEditing = (workspace: Workspace, edit: EditText, editInteger?: EditInteger) => {
  const { scratch } = workspace;

  const write = (tag: number, edited: string | Uint8Array): Written => {
    const start = scratch.at;
    if (typeof edited === 'string') {
      writeText(scratch, tag, edited);
      return { start, end: scratch.at };
    }
    ensureRoom(scratch, edited.length + 12);
    const at = putVarint(scratch.bytes, putVarint(scratch.bytes, start, tag), edited.length);
    scratch.bytes.set(edited, at);
    scratch.at = at + edited.length;
    return { start, end: scratch.at };
  };

  const copy = (bytes: Uint8Array, start: number, end: number): void => {
    ensureRoom(scratch, end - start);
    scratch.bytes.set(bytes.subarray(start, end), scratch.at);
    scratch.at += end - start;
  };

  const text = ({ tag, source, content, end }: EditedField, channel: Channel, key?: string): Written | undefined => {
    const bytes = bytesOf(workspace, source);
    const edited = edit({ bytes, start: content, end, channel, key, isBytes: tag === BYTES && key !== undefined });
    return edited === undefined ? undefined : write(tag, edited);
  };

  const within = (
    { tag, source, content, end }: EditedField,
    replace: (inner: EditedField) => Written | undefined,
  ): Written | undefined =>
    rewriteMessage(workspace, tag, source, content, end, (innerTag, innerContent, innerEnd) =>
      replace({ tag: innerTag, source, content: innerContent, end: innerEnd }),
    );

  const integer = ({ source, content, end }: EditedField, channel: Channel, key: string): Written | undefined => {
    if (editInteger === undefined) return undefined;
    const edited = editInteger(readInt64(bytesOf(workspace, source), content, end), channel, key);
    return edited === undefined ? undefined : write(STRING, edited);
  };

  const value = (field: EditedField, channel: Channel, key: string, levels: number): Written | undefined =>
    within(field, (inner) => {
      switch (inner.tag) {
        case STRING:
        case BYTES:
          return text(inner, channel, key);
        case INT:
          return integer(inner, channel, key);
        case ARRAY: {
          const deeper = goDeeper(levels);
          return within(inner, (item) => (item.tag === ITEM ? value(item, channel, key, deeper) : undefined));
        }
        case MAP: {
          const deeper = goDeeper(levels);
          return within(inner, (item) =>
            item.tag === ITEM ? pair(item, channel, key === '' ? '' : `${key}.`, deeper) : undefined,
          );
        }
        default:
          return undefined;
      }
    });

  const keyOf = ({ source, content, end }: EditedField): string => {
    let key = '';
    readKeyValue(bytesOf(workspace, source), content, end, workspace.text, (own) => (key = own));
    return key;
  };

  const nestedPair = (field: EditedField, channel: Channel, path: string, levels: number) => {
    const key = path + keyOf(field);
    return within(field, (inner) => {
      if (inner.tag === KEY) return text(inner, keyChannel(channel));
      return inner.tag === VALUE ? value(inner, channel, key, levels) : undefined;
    });
  };

  const plainInteger = (bytes: Uint8Array, from: number, end: number, channel: Channel, key: string) =>
    editInteger?.(readInt64(bytes, from + 1, end), channel, key);

  const plainPair = ({ tag, source }: EditedField, plain: PlainPair, channel: Channel, path: string) => {
    const bytes = bytesOf(workspace, source);
    const { key: start, keyEnd, value: from, text: textStart, end } = plain;
    const editedKey = edit({ bytes, start, end: keyEnd, channel: keyChannel(channel), key: undefined, isBytes: false });
    const key = path + workspace.text.read(bytes, start, keyEnd);
    const found = { bytes, start: textStart, end, channel, key, isBytes: false };
    const editedText =
      textStart >= 0 ? edit(found) : bytes[from] === INT ? plainInteger(bytes, from, end, channel, key) : undefined;
    if (editedKey === undefined && editedText === undefined) return undefined;
    const written = scratch.at;
    const pairStart = beginMessage(scratch, tag);
    if (editedKey === undefined) write(KEY, bytes.subarray(start, keyEnd));
    else write(KEY, editedKey);
    const valueStart = beginMessage(scratch, VALUE);
    if (editedText === undefined) copy(bytes, from, end);
    else write(STRING, editedText);
    endMessage(scratch, valueStart);
    endMessage(scratch, pairStart);
    return { start: written, end: scratch.at };
  };

  const pair = (field: EditedField, channel: Channel, path: string, levels: number): Written | undefined => {
    const plain = readPlainPair(bytesOf(workspace, field.source), field.content, field.end);
    return plain === undefined ? nestedPair(field, channel, path, levels) : plainPair(field, plain, channel, path);
  };

  const editField = (field: EditedField, plan: TextPlan): Written | undefined => {
    const step = plan[field.tag];
    if (step === undefined) return undefined;
    if ('text' in step) return text(field, step.text);
    if ('attributes' in step) return pair(field, step.attributes, '', MAX_VALUE_LEVELS);
    if ('value' in step) return value(field, step.value, '', MAX_VALUE_LEVELS);
    return within(field, (inner) => editField(inner, step.within));
  };

  return editField;
};
