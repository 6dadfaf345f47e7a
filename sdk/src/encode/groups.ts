import {
  type Arena,
  beginMessage,
  endMessage,
  type Notes,
  writeAttributes,
  writeCount,
  writeTextOf,
} from 'noveum-proto/encode';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** What is read of a resource; spans of other makes may have none. */
type Resource = Partial<Pick<ReadableSpan['resource'], 'attributes' | 'schemaUrl'>> | undefined;

/** An instrumentation scope; the interface of OpenTelemetry's SDK doesn't know its attributes yet. */
type Scope =
  | {
      readonly name?: string;
      readonly version?: string;
      readonly schemaUrl?: string;
      readonly attributes?: Readonly<Record<string, unknown>>;
      readonly droppedAttributesCount?: number;
    }
  | undefined;

/** Where the scope is in spans of OpenTelemetry's SDK before 2.0. */
interface FormerSpan {
  readonly instrumentationLibrary?: Scope;
}

/** Spans of one scope of one resource, by where they stand in the arena. */
export interface Group {
  readonly resource: Resource;
  readonly scope: Scope;
  /** Start and end of each run of spans that follow each other. */
  readonly runs: number[];
}

/** In order of first appearance; told apart by identity, as the stock encoder does. */
export type Groups = Map<Resource, Map<Scope, Group>>;

const scopeOf = (span: ReadableSpan): Scope =>
  (span as { readonly instrumentationScope?: Scope }).instrumentationScope ??
  (span as FormerSpan).instrumentationLibrary;

export const isOfGroup = (group: Group, span: ReadableSpan): boolean =>
  group.resource === span.resource && group.scope === scopeOf(span);

export const groupOf = (groups: Groups, span: ReadableSpan): Group => {
  const { resource } = span;
  const scope = scopeOf(span);
  let scopes = groups.get(resource);
  if (scopes === undefined) groups.set(resource, (scopes = new Map<Scope, Group>()));
  let group = scopes.get(scope);
  if (group === undefined) scopes.set(scope, (group = { resource, scope, runs: [] }));
  return group;
};

export const addRun = ({ runs }: Group, start: number, end: number): void => {
  if (runs.at(-1) === start) runs[runs.length - 1] = end;
  else runs.push(start, end);
};

const SCHEMA_URL = 0x1a;

/** Writes a resource or scope; as an empty one where it can't be read, for its spans can. */
const writeOwner = (arena: Arena, notes: Notes, schemaUrl: unknown, write: () => void): void => {
  const start = beginMessage(arena, 0x0a);
  try {
    write();
  } catch {
    arena.at = start;
    notes.values++;
  }
  endMessage(arena, start);
  writeTextOf(arena, SCHEMA_URL, schemaUrl);
};

/** Writes what ResourceSpans says beside its scopes. */
export const writeResource = (arena: Arena, resource: Resource, notes: Notes): void =>
  writeOwner(arena, notes, resource?.schemaUrl, () =>
    writeCount(arena, 0x10, writeAttributes(arena, 0x0a, resource?.attributes, notes)),
  );

/** Writes what ScopeSpans says beside its spans. */
export const writeScope = (arena: Arena, scope: Scope, notes: Notes): void =>
  writeOwner(arena, notes, scope?.schemaUrl, () => {
    writeTextOf(arena, 0x0a, scope?.name);
    writeTextOf(arena, 0x12, scope?.version);
    const omitted = writeAttributes(arena, 0x1a, scope?.attributes, notes);
    writeCount(arena, 0x20, (scope?.droppedAttributesCount ?? 0) + omitted);
  });
