import type { TextPlan } from './text-edits.js';

/** Tags (field number and wire type) of opentelemetry/proto/trace/v1/trace.proto and what it imports. */
export const SPAN = {
  traceId: 10,
  spanId: 18,
  traceState: 26,
  parentSpanId: 34,
  name: 42,
  kind: 48,
  start: 57,
  end: 65,
  attributes: 74,
  droppedAttributes: 80,
  events: 90,
  droppedEvents: 96,
  links: 106,
  droppedLinks: 112,
  status: 122,
  flags: 133,
} as const;
export const STATUS = { message: 18, code: 24 } as const;
export const EVENT = { time: 9, name: 18, attributes: 26, droppedAttributes: 32 } as const;
export const LINK = {
  traceId: 10,
  spanId: 18,
  traceState: 26,
  attributes: 34,
  droppedAttributes: 40,
  flags: 53,
} as const;
/** Of opentelemetry/proto/logs/v1/logs.proto. */
export const LOG = { severityText: 26, body: 42, attributes: 50, eventName: 98 } as const;
export const RESOURCE = { attributes: 10, droppedAttributes: 16, entityRefs: 26 } as const;
const ENTITY_REF = { schemaUrl: 10, type: 18, idKeys: 26, descriptionKeys: 34 } as const;
export const SCOPE = { name: 10, version: 18, attributes: 26, droppedAttributes: 32 } as const;
/** Of the request. */
export const RESOURCE_SPANS = 10;
/** Of ResourceSpans and ScopeSpans: whom the spans are of, what follows, and the schema of both. */
export const OWNED = { owner: 10, items: 18, schemaUrl: 26 } as const;

export const SPAN_TEXTS: TextPlan = {
  [SPAN.name]: { text: 'name' },
  [SPAN.traceState]: { text: 'trace_state' },
  [SPAN.attributes]: { attributes: 'attribute' },
  [SPAN.events]: {
    within: { [EVENT.name]: { text: 'event_name' }, [EVENT.attributes]: { attributes: 'event_attribute' } },
  },
  [SPAN.links]: {
    within: { [LINK.traceState]: { text: 'link_trace_state' }, [LINK.attributes]: { attributes: 'link_attribute' } },
  },
  [SPAN.status]: { within: { [STATUS.message]: { text: 'status_message' } } },
};

export const LOG_TEXTS: TextPlan = {
  [LOG.severityText]: { text: 'log_severity' },
  [LOG.body]: { value: 'log_body' },
  [LOG.attributes]: { attributes: 'attribute' },
  [LOG.eventName]: { text: 'event_name' },
};
export const RESOURCE_TEXTS: TextPlan = {
  [RESOURCE.attributes]: { attributes: 'resource_attribute' },
  [RESOURCE.entityRefs]: {
    within: {
      [ENTITY_REF.schemaUrl]: { text: 'resource_entity' },
      [ENTITY_REF.type]: { text: 'resource_entity' },
      [ENTITY_REF.idKeys]: { text: 'resource_attribute_key' },
      [ENTITY_REF.descriptionKeys]: { text: 'resource_attribute_key' },
    },
  },
};
export const SCOPE_TEXTS: TextPlan = {
  [SCOPE.name]: { text: 'scope_name' },
  [SCOPE.version]: { text: 'scope_version' },
  [SCOPE.attributes]: { attributes: 'scope_attribute' },
};
