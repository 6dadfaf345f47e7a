import type {
  Attributes,
  EventDocument,
  LinkDocument,
  ResourceDocument,
  ScopeDocument,
  ScoreDocument,
} from '../document/index.js';
import type { SpanDocument } from '../document/index.js';

export interface SpanParts {
  /** A text that stands under this name. */
  readonly text: (text: string, name: string) => string;
  readonly attributes: (attributes: Attributes) => Attributes;
}

/** A copy with these fields where one of them differs, else the same reference. */
const withChanged = <T extends object>(source: T, fields: Partial<T>): T => {
  const changed = (Object.keys(fields) as (keyof T)[]).filter((key) => fields[key] !== source[key]);
  return changed.length === 0 ? source : { ...source, ...Object.fromEntries(changed.map((key) => [key, fields[key]])) };
};

const mapAll = <T>(values: readonly T[], change: (value: T) => T): readonly T[] => {
  const changed = values.map(change);
  return changed.some((value, i) => value !== values[i]) ? changed : values;
};

/** The field where there is one: a field that is nothing is left out. */
const optional = <K extends string, T>(
  key: K,
  value: T | undefined,
  change: (value: T) => T,
): Readonly<Record<K, T>> | object => (value === undefined ? {} : { [key]: change(value) });

export const createRedactSpan = ({ text, attributes }: SpanParts): ((span: SpanDocument) => SpanDocument) => {
  const plain = (value: string): string => text(value, '');

  const event = (source: EventDocument): EventDocument =>
    withChanged(source, {
      name: plain(source.name),
      attributes: attributes(source.attributes),
      ...optional('noveum', source.noveum, attributes),
    });

  const link = (source: LinkDocument): LinkDocument =>
    withChanged(source, {
      attributes: attributes(source.attributes),
      ...optional('trace_state', source.trace_state, plain),
      ...optional('noveum', source.noveum, attributes),
    });

  const resource = (source: ResourceDocument): ResourceDocument =>
    withChanged(source, {
      attributes: attributes(source.attributes),
      ...optional('schema_url', source.schema_url, plain),
    });

  const scope = (source: ScopeDocument): ScopeDocument =>
    withChanged(source, {
      ...optional('name', source.name, plain),
      ...optional('version', source.version, (version) => text(version, 'version')),
      ...optional('attributes', source.attributes, attributes),
      ...optional('schema_url', source.schema_url, plain),
    });

  const score = (source: ScoreDocument): ScoreDocument =>
    withChanged(source, {
      name: plain(source.name),
      ...optional('label', source.label, plain),
      ...optional('explanation', source.explanation, plain),
    });

  return (span) =>
    withChanged(span, {
      name: plain(span.name),
      status_message: span.status_message === null ? null : plain(span.status_message),
      attributes: attributes(span.attributes),
      events: mapAll(span.events, event),
      links: mapAll(span.links, link),
      ...optional('exception', span.exception, attributes),
      ...optional('trace_state', span.trace_state, plain),
      ...optional('resource', span.resource, resource),
      ...optional('scope', span.scope, scope),
      ...optional('scores', span.scores, (scores) => mapAll(scores, score)),
      ...optional('noveum', span.noveum, attributes),
    });
};
