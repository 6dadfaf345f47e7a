import { firstText } from './narrow.js';
import type { Attributes, Json, SpanDocument, SpanStatus, TraceStatus } from './types.js';

/** The small rules that a document and a store's running sums share. */

export interface RootOutcome {
  readonly failed: boolean;
  readonly errorType: string | null;
}

const TIMEOUT = /timeout/i;

/**
 * `error` if the root failed (or, with no root yet, any span did), `timeout` if the root's error type says so, else
 * `cancelled` if sent so, else `ok`.
 */
export const traceStatusOf = (root: RootOutcome | null, errorCount: number, sent: string | null): TraceStatus => {
  if (root?.failed === true) return root.errorType !== null && TIMEOUT.test(root.errorType) ? 'timeout' : 'error';
  if (root === null && errorCount > 0) return 'error';
  return sent === 'cancelled' ? 'cancelled' : 'ok';
};

export const isFailed = (status: SpanStatus): boolean => status === 'error' || status === 'timeout';

/** A text, or a number as text; null for all else. */
export const labelOf = (value: Json | undefined): string | null => {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' ? String(value) : null;
};

export const firstLabel = (...values: readonly (Json | undefined)[]): string | null => {
  for (const value of values) {
    const label = labelOf(value);
    if (label !== null) return label;
  }
  return null;
};

const resourceOf = (span: SpanDocument): Attributes => span.resource?.attributes ?? {};

export const userOf = ({ attributes }: SpanDocument): string | null =>
  firstLabel(attributes['user.id'], attributes['enduser.id']);

export const sessionOf = ({ attributes }: SpanDocument): string | null =>
  firstLabel(attributes['session.id'], attributes['gen_ai.conversation.id']);

export const environmentOf = (span: SpanDocument): string | null =>
  firstLabel(
    span.attributes['deployment.environment.name'],
    resourceOf(span)['deployment.environment.name'],
    span.attributes['deployment.environment'],
    resourceOf(span)['deployment.environment'],
  );

/** The project that the sender of a span names, where no key says it; null: none. */
export const senderProjectOf = (span: SpanDocument): string | null =>
  firstText(resourceOf(span)['noveum.project'], resourceOf(span)['openinference.project.name']);

export const serviceOf = (span: SpanDocument): string | null => labelOf(resourceOf(span)['service.name']);

export const tagsOf = ({ attributes }: SpanDocument): readonly string[] => {
  const tags = attributes['tag.tags'];
  if (typeof tags === 'string') return tags === '' ? [] : [tags];
  return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === 'string') : [];
};

/** `error.type`, else the type of the first recorded exception. */
export const errorTypeOf = (span: SpanDocument): string | null =>
  firstLabel(
    span.attributes['error.type'],
    ...span.events.map((event) => event.attributes['exception.type']),
    span.exception?.type,
  );

/** Of names of attributes that carry what an application says of a trace in its own words. */
export const METADATA_PREFIX = 'noveum.metadata.';

/** By the application's own names. */
export const customAttributesOf = ({ attributes }: SpanDocument): readonly (readonly [string, Json])[] =>
  Object.entries(attributes).flatMap(([name, value]) =>
    value !== null && name.length > METADATA_PREFIX.length && name.startsWith(METADATA_PREFIX)
      ? [[name.slice(METADATA_PREFIX.length), value] as const]
      : [],
  );
