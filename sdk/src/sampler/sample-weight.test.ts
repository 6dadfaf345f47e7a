import { SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-base';

import { init, type NoveumOptions, span } from '../index.js';

const WEIGHT = 'noveum.sample_weight';

/** Each trace is a root with a child; of `failing` ones the child fails. */
const run = async (options: NoveumOptions, traces: number, isFailing: (number: number) => boolean = () => false) => {
  const exporter = new InMemorySpanExporter();
  const client = init({ exporters: [exporter], ...options });
  for (let number = 0; number < traces; number++)
    try {
      span('root', () =>
        span('child', () => {
          if (isFailing(number)) throw new Error('failed');
        }),
      );
    } catch {
      // It is in the span.
    }
  await client.flush();
  const spans = exporter.getFinishedSpans();
  await client.shutdown();
  return { roots: spans.filter(({ name }) => name === 'root'), children: spans.filter(({ name }) => name === 'child') };
};

const weightsOf = (spans: readonly ReadableSpan[]): unknown[] => [
  ...new Set(spans.map((one) => one.attributes[WEIGHT])),
];

test('of traces that a ratio chose the root says how many it stands for, and so many there were, about', async () => {
  const { roots, children } = await run({ sampling: { ratio: 0.25 } }, 2_000);
  expect(weightsOf(roots)).toEqual([4]);
  expect(weightsOf(children)).toEqual([undefined]);
  const estimate = roots.reduce((sum, { attributes }) => sum + Number(attributes[WEIGHT]), 0);
  expect(Math.abs(estimate - 2_000)).toBeLessThan(500);
});

test('where all are taken, or nobody knows of how many, nothing is said', async () => {
  expect(weightsOf((await run({}, 3)).roots)).toEqual([undefined]);
  expect(weightsOf((await run({ sampling: { rateLimit: 1_000 } }, 3)).roots)).toEqual([undefined]);
});

test('a ratio before a limit of traces a second is said all the same', async () => {
  expect(weightsOf((await run({ sampling: { ratio: 0.5, rateLimit: 1_000_000 } }, 40)).roots)).toEqual([2]);
});

test('a trace that the keep-rule names stands for itself, one of its ratio for what the smaller ratio let go', async () => {
  const keep = { errors: true, ratio: 0.5 };
  const { roots } = await run({ sampling: { ratio: 0.5 }, keep }, 400, (number) => number % 4 === 0);
  const isFailed = ({ status }: ReadableSpan): boolean => status.code === SpanStatusCode.ERROR;
  expect(roots.filter(isFailed)).toHaveLength(100);
  expect(weightsOf(roots.filter(isFailed))).toEqual([undefined]);
  // The same bits of the trace id are tested twice: what half of them passes, passes the other half too.
  expect(weightsOf(roots.filter((root) => !isFailed(root)))).toEqual([2]);
});
