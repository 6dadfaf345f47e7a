import { hotUpdateOf, mergeHotUpdate, type NoveumOptions, resolveOptions } from './index.js';

const resolve = (code: NoveumOptions = {}) => resolveOptions({ code }).options;

test('sampling, redaction, capture and log level change while it runs; the rest needs a restart', () => {
  const current = resolve();
  const { options, restart, problems } = mergeHotUpdate(current, {
    sampling: { ratio: 0.5 },
    redaction: { action: 'mask' },
    captureContent: true,
    logLevel: 'debug',
    endpoint: 'https://other.example',
  });
  expect(problems).toEqual([]);
  expect(restart).toEqual(['endpoint']);
  expect(options).toEqual({
    ...current,
    sampling: { ...current.sampling, ratio: 0.5 },
    redaction: { enabled: true, action: 'mask' },
    captureContent: true,
    logLevel: 'debug',
  });
  expect(Object.isFrozen(options) && Object.isFrozen(options.sampling) && Object.isFrozen(options.redaction)).toBe(
    true,
  );
});

test('with a problem nothing changes', () => {
  const current = resolve();
  const outcome = mergeHotUpdate(current, { captureContent: true, sampling: { ratio: 7 } });
  expect(outcome.options).toBe(current);
  expect(outcome.problems).toMatchObject([{ option: 'sampling.ratio', value: '7' }]);
});

test('what says what is so already changes nothing', () => {
  const current = resolve({ resourceAttributes: { a: ['x'] } });
  expect(mergeHotUpdate(current, { logLevel: current.logLevel }).options).toBe(current);
  expect(hotUpdateOf(current, resolve({ resourceAttributes: { a: ['x'] } }))).toEqual({
    options: current,
    restart: [],
  });
});

test('a rate limit takes the place of a target, and the other way round', () => {
  const limited = mergeHotUpdate(resolve({ sampling: { targetPerSecond: 3 } }), { sampling: { rateLimit: 9 } }).options;
  expect(limited.sampling).toMatchObject({ rateLimit: 9, targetPerSecond: null });
  expect(mergeHotUpdate(limited, { sampling: { targetPerSecond: 4 } }).options.sampling).toMatchObject({
    rateLimit: null,
    targetPerSecond: 4,
  });
});

test('of a file read anew only what may change is taken', () => {
  const current = resolve();
  const { options, restart } = hotUpdateOf(current, resolve({ worker: false, keep: {}, maxContentLength: 10 }));
  expect(options).toEqual({ ...current, maxContentLength: 10 });
  expect(restart).toEqual(expect.arrayContaining(['worker', 'keep.errors']));
});

test('redaction that the redactor refuses changes nothing', () => {
  const current = resolve();
  const patch = { captureContent: true, redaction: { action: 'mask' } } as const;
  const { options, problems } = mergeHotUpdate(current, patch, () => ['redaction.salt: must be given, got nothing']);
  expect(options).toBe(current);
  expect(problems).toEqual([{ option: 'redaction.salt', rule: 'must be given', value: 'nothing', source: 'code' }]);
});
