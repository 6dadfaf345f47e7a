import { encodeLogsJson, encodeTracesJson } from 'noveum-proto';

import { CARD_NUMBER } from './secrets.js';

const LIMITS = { attributesPerSpan: 1_000, nesting: 64, spanNameBytes: 1 << 20 } as never;

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });

/** The text in every place that OTLP has for one. */
const attributesWith = (text: string) => [
  attribute('note', text),
  attribute('app.secret', 'left out by a rule'),
  attribute('json', JSON.stringify({ messages: [{ content: text }] })),
  { key: 'list', value: { arrayValue: { values: [{ stringValue: text }] } } },
  { key: 'map', value: { kvlistValue: { values: [attribute('inner', text), attribute(text, 'a key')] } } },
  { key: 'bytes', value: { bytesValue: Buffer.from(text).toString('base64') } },
  { key: 'number', value: { intValue: String(CARD_NUMBER) } },
  attribute(text, 'a key'),
];

const resourceOf = (project: string, text: string) => ({
  attributes: [attribute('noveum.project', project), attribute('host.name', text)],
});

export interface Planted {
  readonly project: string;
  /** 32 hex digits. */
  readonly traceId: string;
  readonly text: string;
  /** Makes the request so much longer. */
  readonly filler?: string;
}

const NOW_NANOS = '1795176000000000000';

export const spansJson = ({ project, traceId, text, filler = '' }: Planted) => ({
  resourceSpans: [
    {
      resource: resourceOf(project, text),
      schemaUrl: `https://example.com/? ${text}`,
      scopeSpans: [
        {
          scope: { name: text, version: text, attributes: [attribute('by', text)] },
          spans: [
            {
              traceId,
              spanId: '00000000000000a1',
              name: text,
              traceState: 'vendor=zebra',
              startTimeUnixNano: NOW_NANOS,
              endTimeUnixNano: NOW_NANOS,
              attributes: [...attributesWith(text), attribute('filler', filler)],
              events: [{ name: text, timeUnixNano: NOW_NANOS, attributes: attributesWith(text) }],
              links: [{ traceId, spanId: '00000000000000a2', attributes: attributesWith(text) }],
              status: { code: 2, message: text },
            },
            // Refused, for it has no id.
            { traceId: '', spanId: '', name: text, attributes: attributesWith(text) },
          ],
        },
      ],
    },
  ],
});

export const logsJson = ({ project, traceId, text }: Planted) => ({
  resourceLogs: [
    {
      resource: resourceOf(project, text),
      scopeLogs: [
        {
          scope: { name: text },
          logRecords: [
            {
              traceId,
              timeUnixNano: NOW_NANOS,
              severityText: text,
              eventName: 'gen_ai.user.message',
              body: { kvlistValue: { values: [attribute('content', text), attribute(text, 'a key')] } },
              attributes: attributesWith(text),
            },
          ],
        },
      ],
    },
  ],
});

export const nativeTrace = ({ project, traceId, text, filler = '' }: Planted) => ({
  trace_id: traceId,
  project,
  name: text,
  start_time: '2026-11-20T12:00:00.123456Z',
  end_time: '2026-11-20T12:00:01Z',
  environment: 'prod',
  metadata: { user_id: text, tags: { [text]: text } },
  attributes: { note: text, list: [text], number: CARD_NUMBER, filler, exact: 1 },
  unknown: { [text]: text },
  events: [{ name: text, timestamp: '2026-11-20T12:00:00.5Z', attributes: { note: text } }],
  spans: [
    {
      span_id: 'a1',
      trace_id: traceId,
      parent_span_id: null,
      name: text,
      start_time: '2026-11-20T12:00:00.2Z',
      end_time: '2026-11-20T12:00:00.4Z',
      status: 'error',
      status_message: text,
      attributes: { note: text, map: { [text]: [text] }, 'app.secret': 'left out by a rule' },
      events: [{ name: text, timestamp: '2026-11-20T12:00:00.3Z', attributes: { note: text }, more: text }],
      links: [{ trace_id: traceId, span_id: 'a2', attributes: { note: text } }],
      exception: { message: text },
      resource: { attributes: { 'host.name': text }, schema_url: text },
      scope: { name: text, version: text },
      [text]: 1,
    },
  ],
});

const bytesOf = (outcome: ReturnType<typeof encodeTracesJson>): Buffer => {
  if (outcome.status === 'refused') throw new Error(outcome.problem.issue);
  return Buffer.from(outcome.bytes);
};

export const spansProtobuf = (planted: Planted): Buffer => bytesOf(encodeTracesJson(spansJson(planted), LIMITS));
export const logsProtobuf = (planted: Planted): Buffer => bytesOf(encodeLogsJson(logsJson(planted), LIMITS));
