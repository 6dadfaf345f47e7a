import { createKnownAttributes, type KnownValue } from './known-attributes.js';
import { createProtoWriter } from './proto-writer.js';
import { createTraceVisitor, type ResourceView, type ScopeView, type SpanView } from './visitor.js';

/** Which spans of a request are wanted. */
export interface SpanChoice {
  /** By the values of the selector's keys, in their order. */
  resource(values: readonly KnownValue[]): boolean;
  /** Of a wanted resource's spans; the view is valid during the call. */
  span(view: SpanView): boolean;
}

export interface Selected {
  /** A message of the same kind, with what was chosen; empty where nothing was. */
  readonly payload: Uint8Array;
  readonly items: number;
}

/** The body passed decode when it came. */
const CHECKED_ON_ARRIVAL = { check: false, nesting: 64 };
const TAG_1 = 10;
const TAG_2 = 18;
const TAG_3 = 26;

/**
 * Makes a function that takes the chosen spans out of an ExportTraceServiceRequest, copying their bytes with those of
 * their resources and scopes. Throws MalformedProtobuf for bytes that never passed decode.
 */
export const createSpanSelector = (resourceKeys: readonly string[]) => {
  const visit = createTraceVisitor(createKnownAttributes(resourceKeys));

  return (body: Uint8Array, choice: SpanChoice): Selected => {
    const out = createProtoWriter(body.length);
    let items = 0;
    let isWanted = false;
    let resource: ResourceView | null = null;
    let scope: ScopeView | null = null;
    let resourceSpans = -1;
    let scopeSpans = -1;

    const copy = (tag: number, offset: number, end: number): void => {
      // Absent: a schema URL by its offset, a resource or a scope by its end.
      if (offset < 0 || end === 0) return;
      out.varint(tag);
      out.bytes(body.subarray(offset, end));
    };
    const endScope = (): void => {
      if (scope !== null && scopeSpans >= 0) {
        copy(TAG_3, scope.schemaUrlOffset, scope.schemaUrlEnd);
        out.end(scopeSpans);
      }
      scopeSpans = -1;
    };
    const endResource = (): void => {
      endScope();
      if (resource !== null && resourceSpans >= 0) {
        copy(TAG_3, resource.schemaUrlOffset, resource.schemaUrlEnd);
        out.end(resourceSpans);
      }
      resourceSpans = -1;
    };

    visit(
      body,
      {
        resource(view) {
          endResource();
          resource = { ...view };
          isWanted = choice.resource(view.values);
        },
        scope(view) {
          endScope();
          scope = { ...view };
        },
        span(view) {
          if (!isWanted || resource === null || scope === null || !choice.span(view)) return;
          if (resourceSpans < 0) {
            resourceSpans = out.begin(TAG_1);
            copy(TAG_1, resource.offset, resource.end);
          }
          if (scopeSpans < 0) {
            scopeSpans = out.begin(TAG_2);
            copy(TAG_1, scope.offset, scope.end);
          }
          copy(TAG_2, view.offset, view.end);
          items++;
        },
      },
      CHECKED_ON_ARRIVAL,
    );
    endResource();
    return { payload: out.take(), items };
  };
};
