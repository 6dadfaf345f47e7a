import { type AttributeHolder, type AttributeView, createAttributeHolder } from './attribute-holder.js';
import { createFields, type Fields } from './fields.js';
import { editByMap, integersByMap, type MapOptions, type StringMap } from './map-strings.js';
import { OWNED, RESOURCE, RESOURCE_TEXTS, SCOPE, SCOPE_TEXTS } from './tags.js';
import { createTextEditing, type TextPlan } from './text-edits.js';
import { beginPieces, bytesOf, endPieces, type Pieces, type Workspace } from './workspace.js';

/** A resource, which spans of a request are of. */
export interface ResourceView extends AttributeView {
  readonly schemaUrl: string;
}

/** An instrumentation scope. */
export interface ScopeView extends ResourceView {
  readonly name: string;
  readonly version: string;
}

interface OwnerEditing extends AttributeHolder {
  /** Every text of it: keys, values, name, version and the schema's URL. */
  mapStrings(map: StringMap, options?: MapOptions): void;
}

/** Valid during the call that it is given to. */
export interface ResourceRecord extends ResourceView, OwnerEditing {}

/** As a resource's. */
export interface ScopeRecord extends ScopeView, OwnerEditing {}

/** A record of a resource or scope, and what becomes of it. */
export interface OwnerEdit {
  readonly record: ScopeRecord;
  load(owner: FieldRange, schemaUrl: FieldRange): void;
  readonly isChanged: boolean;
  /** Adds the fields that stand beside the spans. */
  addTo(pieces: Pieces): void;
}

/** A field of the request; of a field that isn't there, all are 0. */
export interface FieldRange {
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

interface OwnerShape {
  readonly attributes: number;
  readonly texts: TextPlan;
  readonly schemaUrl: 'resource_schema_url' | 'scope_schema_url';
}

export const RESOURCE_SHAPE: OwnerShape = {
  attributes: RESOURCE.attributes,
  texts: RESOURCE_TEXTS,
  schemaUrl: 'resource_schema_url',
};
export const SCOPE_SHAPE: OwnerShape = {
  attributes: SCOPE.attributes,
  texts: SCOPE_TEXTS,
  schemaUrl: 'scope_schema_url',
};

export const createOwnerEdit = (workspace: Workspace, shape: OwnerShape): OwnerEdit => {
  const own = createFields(workspace);
  const beside = createFields(workspace);
  const schemaTexts: TextPlan = { [OWNED.schemaUrl]: { text: shape.schemaUrl } };

  const textOf = (fields: Fields, tag: number): string => {
    const field = fields.last(tag);
    if (field === undefined) return '';
    return workspace.text.read(bytesOf(workspace, field.source), field.content, field.end);
  };

  return {
    record: {
      ...createAttributeHolder(workspace, own, shape.attributes),
      get name() {
        return textOf(own, SCOPE.name);
      },
      get version() {
        return textOf(own, SCOPE.version);
      },
      get schemaUrl() {
        return textOf(beside, OWNED.schemaUrl);
      },
      mapStrings(map, options) {
        const edit = createTextEditing(workspace, editByMap(workspace, map), integersByMap(map, options));
        own.edit((field) => edit(field, shape.texts));
        beside.edit((field) => edit(field, schemaTexts));
      },
    },
    load(owner, schemaUrl) {
      own.load(owner.content, owner.end);
      beside.load(schemaUrl.start, schemaUrl.end);
    },
    get isChanged() {
      return own.isChanged || beside.isChanged;
    },
    addTo(pieces) {
      const mark = beginPieces(pieces);
      own.addTo(pieces);
      endPieces(workspace, pieces, mark, OWNED.owner);
      beside.addTo(pieces);
    },
  };
};
