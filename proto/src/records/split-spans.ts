import { OWNED, RESOURCE_SPANS } from './tags.js';
import {
  addPiece,
  assemble,
  beginPieces,
  createWorkspace,
  eachField,
  endPieces,
  newPieces,
  type Pieces,
  type PiecesMark,
} from './workspace.js';

/** An ExportTraceServiceRequest of its own. */
export interface RequestPart {
  readonly request: Uint8Array<ArrayBuffer>;
  readonly spanCount: number;
}

interface Part {
  readonly pieces: Pieces;
  spanCount: number;
  /** What its last span is of. */
  resource: number;
  scope: number;
  resourceMark: PiecesMark | undefined;
  scopeMark: PiecesMark | undefined;
}

const NONE = -1;

/**
 * Takes a request apart: each span goes, with its resource and scope, to the part that `partOf` gives for its index
 * (order of appearance, from 0); undefined: to none. Throws MalformedProtobuf where the bytes are no such request.
 */
export const splitSpans = <Key>(
  request: Uint8Array,
  partOf: (index: number) => Key | undefined,
): ReadonlyMap<Key, RequestPart> => {
  const workspace = createWorkspace(request);
  const parts = new Map<Key, Part>();
  let index = 0;
  let scopes = 0;
  let resources = 0;

  const partFor = (key: Key): Part => {
    let part = parts.get(key);
    if (part === undefined) {
      part = {
        pieces: newPieces(),
        spanCount: 0,
        resource: NONE,
        scope: NONE,
        resourceMark: undefined,
        scopeMark: undefined,
      };
      parts.set(key, part);
    }
    return part;
  };

  const endScope = (part: Part): void => {
    if (part.scopeMark !== undefined) endPieces(workspace, part.pieces, part.scopeMark, OWNED.items);
    part.scopeMark = undefined;
  };
  const endResource = (part: Part): void => {
    endScope(part);
    if (part.resourceMark !== undefined) endPieces(workspace, part.pieces, part.resourceMark, RESOURCE_SPANS);
    part.resourceMark = undefined;
  };

  /** Begins a ResourceSpans or ScopeSpans with all that it says beside its items. */
  const begin = ({ pieces }: Part, content: number, end: number): PiecesMark => {
    const mark = beginPieces(pieces);
    eachField(request, content, end, (tag, start, _content, fieldEnd) => {
      if (tag !== OWNED.items) addPiece(pieces, 'request', start, fieldEnd);
    });
    return mark;
  };

  eachField(request, 0, request.length, (tag, _start, resource, resourceEnd) => {
    if (tag !== RESOURCE_SPANS) return;
    const resourceNumber = resources++;
    eachField(request, resource, resourceEnd, (inner, _innerStart, scope, scopeEnd) => {
      if (inner !== OWNED.items) return;
      const scopeNumber = scopes++;
      eachField(request, scope, scopeEnd, (field, start, _content, end) => {
        if (field !== OWNED.items) return;
        const key = partOf(index++);
        if (key === undefined) return;
        const part = partFor(key);
        if (part.resource !== resourceNumber) {
          endResource(part);
          part.resourceMark = begin(part, resource, resourceEnd);
          part.resource = resourceNumber;
        }
        if (part.scope !== scopeNumber) {
          endScope(part);
          part.scopeMark = begin(part, scope, scopeEnd);
          part.scope = scopeNumber;
        }
        addPiece(part.pieces, 'request', start, end);
        part.spanCount++;
      });
    });
  });

  return new Map(
    [...parts].map(([key, part]) => {
      endResource(part);
      return [key, { request: assemble(workspace, part.pieces), spanCount: part.spanCount }];
    }),
  );
};

/** The spans that are wanted; undefined where none is. */
export const selectSpans = (request: Uint8Array, isWanted: (index: number) => boolean): RequestPart | undefined =>
  splitSpans(request, (index) => (isWanted(index) ? true : undefined)).get(true);
