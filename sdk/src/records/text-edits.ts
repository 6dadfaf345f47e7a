import { ensureRoom, putVarint, writeText } from '../encode/index.js';
import { goDeeper, MAX_VALUE_LEVELS } from './any-value.js';
import { bytesOf, eachField, rewriteMessage, type Source, type Workspace, type Written } from './workspace.js';

export type AttributeChannel =
  'attribute' | 'event_attribute' | 'link_attribute' | 'resource_attribute' | 'scope_attribute';

/** Where a text stands. */
export type Channel =
  | AttributeChannel
  | `${AttributeChannel}_key`
  | 'name'
  | 'trace_state'
  | 'status_message'
  | 'event_name'
  | 'link_trace_state'
  | 'resource_schema_url'
  | 'scope_name'
  | 'scope_version'
  | 'scope_schema_url';

/** Which fields of a message are texts, attributes, or messages with texts in them; by tag. */
export type TextPlan = Readonly<Record<number, TextStep>>;

type TextStep = { readonly text: Channel } | { readonly attributes: AttributeChannel } | { readonly within: TextPlan };

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
const ARRAY = 42;
const MAP = 50;
const BYTES = 58;
const ITEM = 10;
const KEY = 10;
const VALUE = 18;

/** Makes a function that edits the texts of one field; it returns undefined where all stay. */
export const createTextEditing = (workspace: Workspace, edit: EditText) => {
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

  const value = (field: EditedField, channel: AttributeChannel, key: string, levels: number): Written | undefined =>
    within(field, (inner) => {
      switch (inner.tag) {
        case STRING:
        case BYTES:
          return text(inner, channel, key);
        case ARRAY: {
          const deeper = goDeeper(levels);
          return within(inner, (item) => (item.tag === ITEM ? value(item, channel, key, deeper) : undefined));
        }
        case MAP: {
          const deeper = goDeeper(levels);
          return within(inner, (item) => (item.tag === ITEM ? pair(item, channel, `${key}.`, deeper) : undefined));
        }
        default:
          return undefined;
      }
    });

  const keyOf = ({ source, content, end }: EditedField): string => {
    const bytes = bytesOf(workspace, source);
    let key = '';
    eachField(bytes, content, end, (tag, _start, keyStart, keyEnd) => {
      if (tag === KEY) key = workspace.text.read(bytes, keyStart, keyEnd);
    });
    return key;
  };

  const pair = (field: EditedField, channel: AttributeChannel, path: string, levels: number): Written | undefined => {
    const key = path + keyOf(field);
    return within(field, (inner) => {
      if (inner.tag === KEY) return text(inner, `${channel}_key`);
      return inner.tag === VALUE ? value(inner, channel, key, levels) : undefined;
    });
  };

  const editField = (field: EditedField, plan: TextPlan): Written | undefined => {
    const step = plan[field.tag];
    if (step === undefined) return undefined;
    if ('text' in step) return text(field, step.text);
    if ('attributes' in step) return pair(field, step.attributes, '', MAX_VALUE_LEVELS);
    return within(field, (inner) => editField(inner, step.within));
  };

  return editField;
};
