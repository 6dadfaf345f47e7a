import fc from 'fast-check';

import { bytesOfOtlpJson, fixtureBytes, fixtureJson, fixtureTraces, fragment } from '../../test/fragments.js';
import { oneTrace } from '../../test/one-trace.js';
import { traces } from '../../test/otlp-arbitraries.js';
import { meaningOfTraces } from '../../test/otlp-meaning.js';
import { referenceTraces } from '../../test/otlp-reference.js';
import { toOtlp, toTraceDocument } from './index.js';

const FIXTURES = [
  'js_otel',
  'js_vercel',
  'openai_v2_default',
  'openinference_py_openai',
  'otlp_js_json',
  'otlp_python_http',
  'traceloop_py_openai',
];

/** Through the document as it is stored and served: as JSON. */
const givenBack = (payload: Uint8Array): Uint8Array => {
  const document = toTraceDocument([fragment('otlp-spans', payload)]);
  if (document === null) return new Uint8Array();
  return bytesOfOtlpJson(toOtlp(JSON.parse(JSON.stringify(document)) as typeof document));
};

test.each(FIXTURES)('%s is given back as it came', (name) => {
  const came = meaningOfTraces(fixtureBytes(name));
  expect(came.length).toBeGreaterThan(2);
  expect(came).toEqual(meaningOfTraces(bytesOfOtlpJson(fixtureJson(`otlp/${name}.json`))));
  const traces = [...fixtureTraces(name).values()];
  expect(traces.flatMap((trace) => meaningOfTraces(givenBack(trace)))).toHaveLength(came.length);
  for (const trace of traces) expect(meaningOfTraces(givenBack(trace))).toEqual(meaningOfTraces(trace));
});

test('any trace that came by OTLP is given back equal in meaning', () => {
  fc.assert(
    fc.property(traces.map(oneTrace), (message) => {
      const bytes = referenceTraces.encode(message);
      expect(meaningOfTraces(givenBack(bytes))).toEqual(meaningOfTraces(bytes));
    }),
    { numRuns: 300 },
  );
});
