import { countedWeightOf, toTraceDocument } from './index.js';

const native = (span: object, ...others: readonly object[]) => {
  const spans = [span, ...others].map((fields, index) => ({
    span_id: `s${String(index)}`,
    parent_span_id: index === 0 ? null : 's0',
    name: 'a',
    start_time: '2026-01-01T00:00:00Z',
    end_time: '2026-01-01T00:00:01Z',
    ...fields,
  }));
  const trace = { trace_id: 'a'.repeat(32), name: 'a', start_time: '2026-01-01T00:00:00Z', spans };
  return toTraceDocument([
    {
      kind: 'native',
      payload: new TextEncoder().encode(JSON.stringify(trace)),
      project: 'p',
      keyEnvironment: null,
      receivedAtMillis: 0,
    },
  ]);
};

const said = (weight: unknown) => ({ attributes: { 'noveum.sample_weight': weight } });
const state = (trace_state: string) => ({ trace_state });

test.each<[string, number | undefined, readonly [object, ...object[]]]>([
  ['an attribute of the root', 20, [said(20)]],
  ['a fraction', 3.33333333333, [said(10 / 3)]],
  ['a threshold of one digit', 4, [state('ot=th:c')]],
  ['a threshold of all digits', 100, [state('ot=th:fd70a3d70a3d71')]],
  ['a threshold beside other things', 2, [state('vendor=x , ot=rv:0123456789abcd;th:8,other=th:c')]],
  ['the attribute before the threshold', 8, [{ ...said(8), ...state('ot=th:c') }]],
  ['the root before others', 2, [said(2), said(9)]],
  ['another span where the root says nothing', 9, [{}, said(9)]],
  ['a root that stands for itself', undefined, [said(1), said(9)]],
  ['a threshold that lets everything through', undefined, [state('ot=th:0')]],
  ['nobody', undefined, [{}]],
  ['a very small probability', Number((2 ** 48).toPrecision(12)), [state('ot=th:ffffffffffff')]],
  ['more than the most', undefined, [said(1e300)]],
  ['less than one', undefined, [said(0.5)]],
  ['a text', undefined, [said('20')]],
  ["another vendor's threshold", undefined, [state('vendor=th:c')]],
  ['a threshold that is none', undefined, [state('ot=th:xyz')]],
  ['a threshold of too many digits', undefined, [state('ot=th:0123456789abcdef')]],
])('the weight that %s says', (_, expected, spans) => {
  expect(native(...spans)?.sample_weight).toBe(expected);
});

test('weights are counted in steps, so that their sums are exact in any order', () => {
  const weights = [10 / 3, 1.1, 7 / 6, 100 / 7].map(countedWeightOf);
  const sum = (all: readonly number[]) => all.reduce((total, weight) => total + weight, 0);
  expect(sum(weights)).toBe(sum(weights.toReversed()));
  expect(weights[0]).toBeCloseTo(10 / 3, 4);
  expect([undefined, null, 1, 4].map(countedWeightOf)).toEqual([1, 1, 1, 4]);
});
