import { createHash } from 'node:crypto';

import { context, ROOT_CONTEXT, SpanKind, trace, TraceFlags } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';

import type { ResolvedSampling } from '../options/index.js';
import {
  adaptiveSampler,
  createRatioTest,
  createSampler,
  parentBasedSampler,
  rateLimitedSampler,
  ratioSampler,
} from './index.js';

const { RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const ask = (sampler: Sampler, traceId: string, from = ROOT_CONTEXT): boolean =>
  sampler.shouldSample(from, traceId, 'a', SpanKind.INTERNAL, {}, []).decision === RECORD_AND_SAMPLED;

/** Evenly spread, the same in every run. */
const traceIds = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => createHash('sha256').update(`${index}`).digest('hex').slice(0, 32));
const traceId = fc
  .array(fc.integer({ min: 0, max: 15 }), { minLength: 32, maxLength: 32 })
  .map((digits) => digits.map((one) => one.toString(16)).join(''))
  .filter((id) => !/^0+$/.test(id));
const ratio = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1));

const SAMPLING: ResolvedSampling = { ratio: 1, parentBased: true, rateLimit: null, targetPerSecond: null };
const world = (given: Partial<Parameters<typeof createSampler>[1]> = {}) => ({
  nowMillis: () => 0,
  recordsUnsampled: false,
  onSampledOut: () => {},
  ...given,
});

describe('by ratio', () => {
  test("every decision is that of OpenTelemetry's own sampler", () => {
    fc.assert(
      fc.property(traceId, ratio, fc.boolean(), (id, share, isUpper) => {
        const given = isUpper ? id.toUpperCase() : id;
        expect(ask(ratioSampler(share), given)).toBe(ask(new TraceIdRatioBasedSampler(share), given));
      }),
      { numRuns: 2_000 },
    );
  });

  test('what a smaller share takes, a larger one takes too', () => {
    fc.assert(
      fc.property(traceId, ratio, ratio, (id, one, other) => {
        const isTaken = createRatioTest(Math.min(one, other))(id);
        expect(!isTaken || createRatioTest(Math.max(one, other))(id)).toBe(true);
      }),
    );
  });

  test.each([0.001, 0.01, 0.1, 0.5, 0.9])('of many traces a share of %d is taken', (share) => {
    const ids = traceIds(40_000);
    const taken = ids.filter(createRatioTest(share)).length;
    // Five standard deviations of a binomial distribution.
    expect(Math.abs(taken - ids.length * share)).toBeLessThan(5 * Math.sqrt(ids.length * share * (1 - share)));
  });
});

describe('by rate', () => {
  /** Many at one moment, then a pause. */
  const waits = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 400, noNaN: true })), { maxLength: 300 });
  const rate = fc.double({ min: 0.05, max: 50, noNaN: true });
  const id = '0'.repeat(32);

  test('no window of any length gives more than a burst and the rate', () => {
    fc.assert(
      fc.property(rate, waits, (perSecond, given) => {
        let now = 0;
        const sampler = rateLimitedSampler({ perSecond, nowMillis: () => now });
        const taken: number[] = [];
        for (const wait of given) {
          now += wait;
          if (ask(sampler, id)) taken.push(now);
        }
        const bound = (millis: number): number => Math.max(1, perSecond) + (perSecond * millis) / 1_000 + 1e-6;
        taken.forEach((end, last) =>
          taken.slice(0, last + 1).forEach((start, first) => {
            expect(last - first + 1).toBeLessThanOrEqual(bound(end - start));
          }),
        );
      }),
    );
  });

  test('a clock that goes back gives nothing', () => {
    fc.assert(
      fc.property(rate, waits, (perSecond, given) => {
        let now = 1_000_000;
        const sampler = rateLimitedSampler({ perSecond, nowMillis: () => now });
        let taken = 0;
        for (const wait of given) {
          now -= wait;
          if (ask(sampler, id)) taken++;
        }
        expect(taken).toBeLessThanOrEqual(Math.max(1, perSecond));
      }),
    );
  });

  test('a steady flow gets the rate', () => {
    let now = 0;
    const sampler = rateLimitedSampler({ perSecond: 10, nowMillis: () => now });
    let taken = 0;
    for (; now < 100_000; now += 10) taken += ask(sampler, '0'.repeat(32)) ? 1 : 0;
    expect(taken).toBeGreaterThanOrEqual(1_000);
    expect(taken).toBeLessThanOrEqual(1_010);
  });

  test('less than one a second is possible', () => {
    let now = 0;
    const sampler = rateLimitedSampler({ perSecond: 0.1, nowMillis: () => now });
    let taken = 0;
    for (; now < 100_000; now += 100) taken += ask(sampler, '0'.repeat(32)) ? 1 : 0;
    expect(taken).toBe(10);
  });
});

describe('to a target', () => {
  const ids = traceIds(20_000);

  /** Traces taken in each second of a load of so many a second. */
  const run = (load: readonly number[], targetPerSecond: number, maxRatio = 1): readonly number[] => {
    let now = 0;
    let next = 0;
    const sampler = adaptiveSampler({ targetPerSecond, maxRatio, nowMillis: () => now });
    return load.map((perSecond, second) => {
      let taken = 0;
      for (let index = 0; index < perSecond; index++) {
        now = second * 1_000 + (index * 1_000) / perSecond;
        if (ask(sampler, ids[next++ % ids.length]!)) taken++;
      }
      return taken;
    });
  };
  const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

  test('all are taken while fewer come', () => {
    expect(run(new Array<number>(20).fill(5), 10)).toEqual(new Array(20).fill(5));
  });

  test.each([50, 200, 1_000])('of %d a second about ten are left', (perSecond) => {
    const taken = run(new Array<number>(60).fill(perSecond), 10);
    expect(mean(taken.slice(10))).toBeGreaterThan(8);
    expect(mean(taken.slice(10))).toBeLessThan(12);
  });

  test('a sudden load is held to twice the target and a burst, and comes down to the target', () => {
    const taken = run([...new Array<number>(10).fill(5), ...new Array<number>(90).fill(1_000)], 10);
    expect(Math.max(...taken)).toBeLessThanOrEqual(40);
    expect(mean(taken.slice(-40))).toBeLessThan(12);
  });

  test('when the load falls, the share rises again', () => {
    const taken = run([...new Array<number>(20).fill(1_000), ...new Array<number>(80).fill(5)], 10);
    expect(mean(taken.slice(-10))).toBe(5);
  });

  test('the share never rises above the ratio', () => {
    expect(mean(run(new Array<number>(100).fill(20), 1_000, 0.1))).toBeLessThan(3);
  });
});

describe('with a parent', () => {
  const id = '0af7651916cd43dd8448eb211c80319c';
  const below = (isSampled: boolean, isRemote: boolean, parentId = id) =>
    trace.setSpanContext(ROOT_CONTEXT, {
      traceId: parentId,
      spanId: 'b7ad6b7169203331',
      traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
      isRemote,
    });

  test.each([
    [true, true, 0],
    [true, false, 0],
    [false, true, 1],
    [false, false, 1],
  ])("its word stands, as with OpenTelemetry's own (sampled %s, remote %s)", (isSampled, isRemote, share) => {
    const from = below(isSampled, isRemote);
    expect(ask(parentBasedSampler(ratioSampler(share)), id, from)).toBe(isSampled);
    const theirs = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) });
    expect(ask(theirs, id, from)).toBe(isSampled);
  });

  test('through a tracer an invalid parent begins a new trace, which is decided anew', () => {
    const provider = new BasicTracerProvider({ sampler: parentBasedSampler(ratioSampler(1)) });
    const from = below(false, true, '0'.repeat(32));
    const span = provider.getTracer('t').startSpan('a', {}, from);
    expect(span.isRecording()).toBe(true);
  });

  test('without parentBased every span is decided by itself', () => {
    const sampler = createSampler({ ...SAMPLING, parentBased: false, ratio: 0 }, world());
    expect(ask(sampler, id, below(true, true))).toBe(false);
  });
});

describe('of the options', () => {
  const id = '0af7651916cd43dd8448eb211c80319c';

  test('every span that is left out is counted, none that is recorded', () => {
    let out = 0;
    const sampler = createSampler({ ...SAMPLING, ratio: 0 }, world({ onSampledOut: () => out++ }));
    const tracer = new BasicTracerProvider({ sampler }).getTracer('t');
    for (let index = 0; index < 10; index++) tracer.startSpan('a').end();
    const parent = tracer.startSpan('a');
    tracer.startSpan('b', {}, trace.setSpan(context.active(), parent)).end();
    expect(out).toBe(12);
    sampler.replace(SAMPLING);
    expect(tracer.startSpan('a').isRecording()).toBe(true);
    expect(out).toBe(12);
  });

  test('with a keep-rule what is left out is recorded for it, and not counted', () => {
    let out = 0;
    const sampler = createSampler(
      { ...SAMPLING, ratio: 0 },
      world({ recordsUnsampled: true, onSampledOut: () => out++ }),
    );
    expect(sampler.shouldSample(ROOT_CONTEXT, id, 'a', SpanKind.INTERNAL, {}, []).decision).toBe(RECORD);
    expect(out).toBe(0);
  });

  test('ratio and rate limit hold together', () => {
    const ids = traceIds(2_000);
    const sampler = createSampler({ ...SAMPLING, ratio: 0.5, rateLimit: 20 }, world());
    const taken = ids.filter((one) => ask(sampler, one));
    expect(taken).toEqual(ids.filter(createRatioTest(0.5)).slice(0, 20));
  });

  test('they can be told others while spans are made, and say which they are', () => {
    const sampler = createSampler({ ...SAMPLING, ratio: 0.25 }, world());
    expect(sampler.toString()).toBe('Noveum{ParentBased{Ratio{0.25}}}');
    sampler.replace({ ...SAMPLING, targetPerSecond: 7, parentBased: false });
    expect(sampler.toString()).toBe('Noveum{Adaptive{7}}');
    sampler.replace({ ...SAMPLING, ratio: 0.5, rateLimit: 3 });
    expect(sampler.toString()).toBe('Noveum{ParentBased{Ratio{0.5},RateLimited{3}}}');
  });
});
