import { MalformedProtobuf } from '../otlp/index.js';

import { createFields, type Fields } from './fields.js';
import {
  createOwnerEdit,
  type FieldRange,
  type OwnerEdit,
  RESOURCE_SHAPE,
  type ResourceRecord,
  SCOPE_SHAPE,
  type ScopeRecord,
} from './owner-record.js';
import { createSpanRecord, type SpanRecord } from './span-record.js';
import { OWNED, RESOURCE_SPANS } from './tags.js';
import {
  addPiece,
  type AllocateBytes,
  assemble,
  beginPieces,
  createWorkspace,
  eachField,
  endPieces,
  newPieces,
  revertPieces,
  takeUp,
  type Workspace,
} from './workspace.js';

/** Looks at a span and may edit it; `drop` leaves it out, and no later stage sees it. */
export type RecordStage = (record: SpanRecord) => 'drop' | undefined;

/** In their order. Those of a resource run once for each resource of the request, before its scopes and spans. */
export interface RecordStages {
  readonly resource?: readonly ((record: ResourceRecord) => void)[];
  readonly scope?: readonly ((record: ScopeRecord) => void)[];
  readonly span?: readonly RecordStage[];
}

export interface RewrittenRequest {
  /** The same reference where nothing changed; empty where no span is left. */
  readonly request: Uint8Array;
  readonly spanCount: number;
  readonly dropped: number;
  /** Spans that a stage threw at: they are left out, for nobody knows which stage they have passed. */
  readonly failed: number;
}

export interface RewriteOptions {
  /** What a stage threw at a span. Without it, it goes through to the caller, as does what it threw at a resource or scope. */
  readonly onStageError?: (error: unknown) => void;
  /** Gives the bytes that a changed request is written to. Default: new ones each time. */
  readonly allocate?: AllocateBytes;
}

const NOWHERE: FieldRange = { start: 0, content: 0, end: 0 };

/** What came of the spans, scopes or resources inside a message. */
interface Passed {
  isChanged: boolean;
  /** How many are left. */
  count: number;
}

/** Stages over what a request is of: spans or log records. */
interface ItemStages<Item> extends Omit<RecordStages, 'span'> {
  readonly item?: readonly ((record: Item) => 'drop' | undefined)[];
}

type CreateItem<Item> = (
  workspace: Workspace,
  fields: Fields,
  owners: { readonly resource: ResourceRecord; readonly scope: ScopeRecord },
) => Item;

/** Runs stages over one ExportTraceServiceRequest after the other. */
export type Rewrite = (request: Uint8Array) => RewrittenRequest;

const NOTHING = new Uint8Array(0);

/** Requests of spans and of log records are alike but for the items: see `createRewrite`. */
export const createItemsRewrite = <Item>(
  createItem: CreateItem<Item>,
  stages: ItemStages<Item>,
  { onStageError, allocate }: RewriteOptions = {},
): Rewrite => {
  const workspace = createWorkspace(NOTHING);
  const resource = createOwnerEdit(workspace, RESOURCE_SHAPE);
  const scope = createOwnerEdit(workspace, SCOPE_SHAPE);
  const fields = createFields(workspace);
  const record = createItem(workspace, fields, { resource: resource.record, scope: scope.record });
  const itemStages = stages.item ?? [];
  let pieces = newPieces();
  let counts = { spans: 0, dropped: 0, failed: 0 };

  const noneDrops = (): boolean => {
    for (const stage of itemStages) if (stage(record) === 'drop') return false;
    return true;
  };

  const isKept = (): boolean => {
    try {
      if (noneDrops()) return true;
      counts.dropped++;
    } catch (error) {
      if (onStageError === undefined || error instanceof MalformedProtobuf) throw error;
      onStageError(error);
      counts.failed++;
    }
    return false;
  };

  /** Adds the span as it is now. Returns whether it changed. */
  const addSpan = ({ start, content, end }: FieldRange, passed: Passed): void => {
    fields.load(content, end);
    if (!isKept()) {
      passed.isChanged = true;
      return;
    }
    passed.count++;
    counts.spans++;
    if (!fields.isChanged) {
      addPiece(pieces, 'request', start, end);
      return;
    }
    passed.isChanged = true;
    const mark = beginPieces(pieces);
    fields.addTo(pieces);
    endPieces(workspace, pieces, mark, OWNED.items);
  };

  /** Reads whom the items of a ResourceSpans or ScopeSpans are of, and runs its stages. */
  const loadOwner = <Of>(
    edit: OwnerEdit & { readonly record: Of },
    own: FieldRange,
    run: readonly ((record: Of) => void)[] = [],
  ) => {
    let owner: FieldRange | undefined;
    let schemaUrl = NOWHERE;
    eachField(workspace.request, own.content, own.end, (tag, start, content, end) => {
      if (tag === OWNED.owner) {
        if (owner !== undefined) throw new MalformedProtobuf('a resource or scope comes twice');
        owner = { start, content, end };
      } else if (tag === OWNED.schemaUrl) schemaUrl = { start, content, end };
    });
    edit.load(owner ?? NOWHERE, schemaUrl);
    for (const stage of run) stage(edit.record);
  };

  /** Adds a ResourceSpans or ScopeSpans with what `addItem` adds of each item; as it is, where nothing changed. */
  const addOwned = (
    { start, content, end }: FieldRange,
    tag: number,
    edit: OwnerEdit,
    passed: Passed,
    addItem: (item: FieldRange, passed: Passed) => void,
  ): void => {
    const inside: Passed = { isChanged: edit.isChanged, count: 0 };
    const mark = beginPieces(pieces);
    // The record holds another resource or scope by the time that its items are through.
    edit.addTo(pieces);
    eachField(workspace.request, content, end, (fieldTag, fieldStart, fieldContent, fieldEnd) => {
      if (fieldTag === OWNED.items) addItem({ start: fieldStart, content: fieldContent, end: fieldEnd }, inside);
      else if (fieldTag !== OWNED.owner && fieldTag !== OWNED.schemaUrl)
        addPiece(pieces, 'request', fieldStart, fieldEnd);
    });
    const isEmptied = inside.isChanged && inside.count === 0;
    passed.isChanged ||= inside.isChanged;
    if (!isEmptied) passed.count++;
    if (isEmptied || !inside.isChanged) revertPieces(pieces, mark);
    else endPieces(workspace, pieces, mark, tag);
    if (!inside.isChanged) addPiece(pieces, 'request', start, end);
  };

  const addScopeSpans = (own: FieldRange, passed: Passed): void => {
    loadOwner(scope, own, stages.scope);
    addOwned(own, OWNED.items, scope, passed, addSpan);
  };

  const rewrite = (request: Uint8Array): RewrittenRequest => {
    const all: Passed = { isChanged: false, count: 0 };
    eachField(request, 0, request.length, (tag, start, content, end) => {
      if (tag !== RESOURCE_SPANS) {
        addPiece(pieces, 'request', start, end);
        return;
      }
      const own = { start, content, end };
      loadOwner(resource, own, stages.resource);
      addOwned(own, RESOURCE_SPANS, resource, all, addScopeSpans);
    });
    const { spans, dropped, failed } = counts;
    const rewritten = all.isChanged ? assemble(workspace, pieces, allocate) : request;
    return { request: rewritten, spanCount: spans, dropped, failed };
  };

  return (request) => {
    pieces = newPieces();
    counts = { spans: 0, dropped: 0, failed: 0 };
    takeUp(workspace, request);
    try {
      return rewrite(request);
    } finally {
      workspace.request = NOTHING;
    }
  };
};

/**
 * Makes what runs the stages over requests. What they don't touch is copied as it is. A resource or scope
 * without spans goes with the last of them. Throws MalformedProtobuf where the bytes are no such request.
 */
export const createRewrite = ({ span, ...owners }: RecordStages, options?: RewriteOptions): Rewrite =>
  createItemsRewrite(createSpanRecord, { ...owners, ...(span === undefined ? {} : { item: span }) }, options);

/** Runs the stages over one request: see `createRewrite`. */
export const rewriteRequest = (request: Uint8Array, stages: RecordStages, options?: RewriteOptions): RewrittenRequest =>
  createRewrite(stages, options)(request);
