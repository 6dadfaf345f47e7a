import {
  type Attributes,
  type Baggage,
  type Context,
  context,
  createContextKey,
  propagation,
} from '@opentelemetry/api';
import { currentRuntime } from '../runtime/index.js';
import { addToBaggage, attributesOfBaggage, BAGGAGE_KEYS } from './baggage.js';

/** Whose call it is. Stands on every span made inside, here and in the services that are called. */
export interface ContextFields {
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  /** Added to those of the context outside. */
  readonly tags?: readonly string[] | undefined;
  /** Becomes `noveum.metadata.<key>`; a value that is no text, number or boolean is left out. */
  readonly metadata?: Readonly<Record<string, string | number | boolean>> | undefined;
}

interface Local {
  readonly attributes: Attributes;
  /** As it was when the fields were set: another one has come from elsewhere since, and knows better. */
  readonly baggage: Baggage | undefined;
}

const LOCAL = createContextKey('noveum.trace.context-fields.v1');

const NONE: Attributes = Object.freeze({});

/**
 * What `withContext` has set here, and what has come with baggage, as attributes of a span: `user.id`, `session.id`,
 * `tag.tags`, `noveum.metadata.*`. Meant for a span processor's `onStart`, for each span: costs two look-ups where
 * nothing is set. Not to be changed.
 */
export const contextAttributes = (of: Context): Attributes => {
  const local = of.getValue(LOCAL) as Local | undefined;
  const baggage = propagation.getBaggage(of);
  if (baggage === undefined) return local?.attributes ?? NONE;
  if (local === undefined) return attributesOfBaggage(baggage);
  return local.baggage === baggage ? local.attributes : { ...local.attributes, ...attributesOfBaggage(baggage) };
};

const tagsIn = (attributes: Attributes): readonly string[] => {
  const tags = attributes[BAGGAGE_KEYS.tags.attribute];
  return Array.isArray(tags) ? (tags as string[]) : [];
};

const attributesOf = ({ metadata, sessionId, tags, userId }: ContextFields, outer: Attributes): Attributes => {
  const attributes: Attributes = { ...outer };
  if (userId !== undefined && userId !== '') attributes[BAGGAGE_KEYS.userId.attribute] = userId;
  if (sessionId !== undefined && sessionId !== '') attributes[BAGGAGE_KEYS.sessionId.attribute] = sessionId;
  if (tags !== undefined && tags.length > 0)
    attributes[BAGGAGE_KEYS.tags.attribute] = [...new Set([...tagsIn(outer), ...tags])];
  for (const [key, value] of Object.entries(metadata ?? {}))
    if (['string', 'number', 'boolean'].includes(typeof value))
      attributes[`${BAGGAGE_KEYS.metadata.attribute}${key}`] = value;
  return attributes;
};

/** `of` with the fields set in it, for manual use where there is no function to run: `context.with(…)`. */
export const setContextFields = (of: Context, fields: ContextFields): Context => {
  const attributes = attributesOf(fields, contextAttributes(of));
  const before = propagation.getBaggage(of) ?? propagation.createBaggage();
  const { baggage, left } = addToBaggage(before, attributes);
  if (left > 0)
    currentRuntime()?.onError(new RangeError(`${left} entries of the context don't fit in baggage`), 'baggage');
  return propagation.setBaggage(of, baggage).setValue(LOCAL, { attributes, baggage } satisfies Local);
};

/**
 * Runs the function with user, session, tags and metadata set for all spans that begin inside. They travel as W3C
 * baggage with every request that propagates it, to third parties too: set nothing that these may not see. Of what is
 * beyond baggage's bounds (8,192 bytes, 64 entries) only the spans of this process know, and `onError` is told.
 */
export const withContext = <T>(fields: ContextFields, run: () => T): T => {
  if (currentRuntime() === undefined) return run();
  return context.with(setContextFields(context.active(), fields), run);
};
