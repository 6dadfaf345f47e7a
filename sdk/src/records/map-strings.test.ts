import { type Attributes, SpanStatusCode, type TraceState } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';

import { readableSpan, readableSpans } from '../../test/readable-spans.js';
import { encode, everywhere, rewritten, told } from '../../test/requests.js';
import { type Channel, rewriteRequest } from 'noveum-proto/records';

const SECRET = 'sk-verysecret';
const HIDDEN = '[hidden]';
const hide = (text: string): string => text.replaceAll(SECRET, HIDDEN);

/** Wherever text can be. */
const withSecret =
  (secret: string) =>
  (span: ReadableSpan): ReadableSpan => {
    const plant = (value: unknown): unknown => {
      if (typeof value === 'string') return `${value}${secret}`;
      if (value instanceof Uint8Array) return Buffer.concat([value, Buffer.from(secret)]);
      if (Array.isArray(value)) return value.map(plant);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [`${secret}${key}`, plant(inner)]));
    };
    const own = <Of extends { attributes?: Attributes }>(of: Of): Of => ({
      ...of,
      attributes: plant(of.attributes ?? {}),
    });
    // Not within what a trace state allows: it is to be mapped as it is.
    const traceState = { serialize: () => `a=${secret}` } as TraceState;
    const { resource, instrumentationScope: scope } = span;
    return {
      ...own(span),
      name: `${span.name}${secret}`,
      spanContext: () => ({ ...span.spanContext(), traceState }),
      status: { ...span.status, message: secret },
      events: span.events.map((event) => own({ ...event, name: secret })),
      links: span.links.map((link) => own({ ...link, context: { ...link.context, traceState } })),
      resource: { ...own<Pick<Resource, 'attributes'>>(resource), schemaUrl: secret } as Resource,
      instrumentationScope: {
        ...own(scope as { attributes?: Attributes }),
        name: secret,
        version: secret,
        schemaUrl: secret,
      },
    };
  };
describe('mapStrings', () => {
  test('a secret that is mapped away is in no byte of the request, wherever it stood', () => {
    fc.assert(
      fc.property(readableSpans, (spans) => {
        const request = encode(spans.map(withSecret(SECRET)));
        expect(Buffer.from(request).includes(SECRET)).toBe(true);
        const after = rewritten(request, everywhere(hide));
        expect(Buffer.from(after).includes(SECRET)).toBe(false);
        expect(told(after)).toEqual(told(encode(spans.map(withSecret(HIDDEN)))));
      }),
      { numRuns: 40 },
    );
  });

  test('tells of each text where it stands, and of which key', () => {
    const seen: [string, string, string | undefined][] = [];
    const bytes = (text: string) => new TextEncoder().encode(text);
    const span = readableSpan({
      name: 'T1',
      status: { code: SpanStatusCode.ERROR, message: 'T2' },
      attributes: { k: 'T3', map: { in: { deep: 'T4' }, list: ['T5'] }, bytes: bytes('T6') } as never,
      events: [{ name: 'T7', time: [1, 1], attributes: { e: 'T8' } }],
      links: [{ context: readableSpan().spanContext(), attributes: { l: 'T9' } }],
    });
    const note = (text: string, channel: Channel, key?: string): string => {
      seen.push([text, channel, key]);
      return text;
    };
    rewriteRequest(encode([span]), everywhere(note));
    expect(seen.filter(([, channel]) => !channel.endsWith('_key'))).toEqual([
      ['shop', 'resource_attribute', 'service.name'],
      ['noveum-trace', 'scope_name', undefined],
      ['0.1.0', 'scope_version', undefined],
      ['T1', 'name', undefined],
      ['T3', 'attribute', 'k'],
      ['T4', 'attribute', 'map.in.deep'],
      ['T5', 'attribute', 'map.list'],
      ['T6', 'attribute', 'bytes'],
      ['T7', 'event_name', undefined],
      ['T8', 'event_attribute', 'e'],
      ['T9', 'link_attribute', 'l'],
      ['T2', 'status_message', undefined],
    ]);
    expect(seen.filter(([, channel]) => channel.endsWith('_key')).map(([text]) => text)).toEqual(
      'service.name k map in deep list bytes e l'.split(' '),
    );
  });

  test('finds a secret among bytes that are no text, and keeps the bytes around it', () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0x00, 0xfe]), Buffer.from(SECRET), Buffer.from([0x80])]);
    const after = rewritten(encode([readableSpan({ attributes: { bytes: bytes as never } })]), everywhere(hide));
    const { bytes: value } = told(after)[0]!.span.attributes as { bytes: unknown };
    expect(value).toEqual({ bytes: `ff00fe${Buffer.from(HIDDEN).toString('hex')}80` });
  });
});
