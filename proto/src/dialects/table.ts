import type { Attributes, Json, SpanDocument } from '../document/index.js';
import type { Convert } from './convert.js';
import type { Field } from './fields.js';

/** What rules look at: a span document, or as much of one as there is. */
export type SpanInput = Pick<SpanDocument, 'name' | 'attributes' | 'events'> &
  Partial<
    Pick<
      SpanDocument,
      'kind' | 'scope' | 'resource' | 'status' | 'start_unix_nano' | 'end_unix_nano' | 'parent_span_id' | 'noveum'
    >
  >;

export interface RowOptions {
  /** Instead of the field's own way to read a value. */
  readonly read?: Convert;
  /** Holds only where the operation is one of these. */
  readonly only?: readonly string[];
}

/** From a sent attribute, or from a path (`usage.input`; empty: all of it) within a record, to a canonical field. */
export type FieldRow = readonly [from: string, to: Field, options?: RowOptions];

/** An attribute that is a record, as JSON of any kind. */
export type RecordRow = readonly [from: string, within: readonly FieldRow[]];

export type TableRow = FieldRow | RecordRow;

export type MessageSlot = 'system' | 'input' | 'output' | 'tools' | 'documents';

/**
 * Where messages come from: an attribute of JSON (or text), or, where `from` ends with a dot, all attributes that begin
 * so, with indexes in their names. `at`: the path of the messages within.
 */
export interface MessageRow {
  readonly from: string;
  readonly to: MessageSlot;
  readonly at?: string;
  /** The path of what counts within each item of a list. */
  readonly each?: string;
  readonly only?: readonly string[];
  /** Not for these operations. */
  readonly except?: readonly string[];
  /** Of text that isn't a message of its own. Default `user` for input, `assistant` for output. */
  readonly role?: string;
}

/** Composes messages where a row can't. */
export interface Composition {
  /** It is asked where one of these was sent. */
  readonly from: readonly string[];
  readonly to: MessageSlot;
  /** Undefined: there are none. */
  readonly compose: (attributes: Attributes) => Json | undefined;
}

export interface Dialect {
  readonly name: string;
  /** Asked before keys are used that others use as well. Default: always. */
  readonly isSpoken?: (scopeName: string) => boolean;
  readonly fields: readonly TableRow[];
  readonly messages?: readonly MessageRow[];
  /** After all rows. */
  readonly compositions?: readonly Composition[];
}
