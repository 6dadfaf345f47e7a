import fc from 'fast-check';
import { encodeTracesJson, parseExact } from 'noveum-proto';
import { fragmentsOfRequest } from 'noveum-proto/elasticsearch';

import { fragmentsOf } from './index.js';

const LIMITS = { attributesPerSpan: 1000, attributeValueBytes: 1 << 20, nesting: 64, spanNameBytes: 4096 };
const hex = (digits: number) => fc.integer({ min: 1, max: 4 }).map((number) => String(number).padStart(digits, 'a'));
const text = (key: string, value: string) => ({ key, value: { stringValue: value } });

const anySpan = fc.record({
  traceId: hex(32),
  spanId: hex(16),
  name: fc.string({ maxLength: 200 }),
  startTimeUnixNano: fc.constant('1764000000000000000'),
});
const anyScope = fc.record({
  scope: fc.option(fc.record({ name: fc.string({ maxLength: 5 }) }), { nil: undefined }),
  schemaUrl: fc.constantFrom('', 'https://example.com/1'),
  spans: fc.array(anySpan, { maxLength: 5 }),
});
const anyResource = fc.record({
  resource: fc.option(
    fc.constantFrom('', 'shop', 'bank').map((project) => ({ attributes: [text('noveum.project', project)] })),
    { nil: undefined },
  ),
  schemaUrl: fc.constantFrom('', 'https://example.com/2'),
  scopeSpans: fc.array(anyScope, { maxLength: 3 }),
});

test('who writes directly splits a request into the very fragments that a collector does', () => {
  fc.assert(
    fc.property(fc.array(anyResource, { maxLength: 3 }), (resourceSpans) => {
      const outcome = encodeTracesJson(parseExact(JSON.stringify({ resourceSpans })), LIMITS);
      if (outcome.status !== 'encoded') throw new Error(JSON.stringify(outcome));
      const body = outcome.bytes.slice();
      const record = {
        body,
        project: null,
        keyEnvironment: null,
        receivedAtMillis: 7,
        redactionVersion: 0,
        refused: [],
      };
      const shown = ({ payload, ...fragment }: ReturnType<typeof fragmentsOfRequest>[number]) => ({
        ...fragment,
        spanCount: 0,
        payload: Buffer.from(payload).toString('hex'),
      });
      const ofCollector = fragmentsOf({ ...record, format: 'otlp-traces' });
      expect(fragmentsOfRequest(body, 7).map(shown)).toEqual(
        ofCollector.map((fragment) => shown({ ...fragment, facts: null, spanCount: 0 })),
      );
    }),
  );
});
