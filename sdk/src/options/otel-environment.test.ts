import { type Environment, type ResolvedOptions, resolveOptions } from './index.js';

const resolve = (environment: Environment): ResolvedOptions => {
  const { options, problems, warnings } = resolveOptions({ environment });
  expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
  return options;
};

test.each<[Environment, object]>([
  [{ OTEL_SDK_DISABLED: 'TRUE' }, { disabled: true }],
  [{ OTEL_SERVICE_NAME: 'shop', OTEL_RESOURCE_ATTRIBUTES: 'service.name=other' }, { serviceName: 'shop' }],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'noveum.project=p,service.version=3' }, { project: 'p', serviceVersion: '3' }],
  [
    { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' },
    { sampling: { ratio: 0.25, parentBased: false } },
  ],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, { sampling: { ratio: 0, parentBased: true } }],
  [{ OTEL_TRACES_EXPORTER: 'console,otlp' }, { exporters: [{ type: 'console' }, { type: 'otlp' }] }],
  [{ OTEL_TRACES_EXPORTER: 'none' }, { exporters: [] }],
  [
    { OTEL_BSP_SCHEDULE_DELAY: '7', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '8', OTEL_BSP_EXPORT_TIMEOUT: '9' },
    { batch: { scheduledDelayMillis: 7, maxSpans: 8 }, timeoutMillis: 9 },
  ],
  [
    {
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '10',
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '11',
      OTEL_ATTRIBUTE_COUNT_LIMIT: '12',
    },
    { limits: { attributeValueLengthLimit: 10, attributeCountLimit: 11 } },
  ],
  [{ OTEL_PROPAGATORS: 'tracecontext' }, { propagators: ['tracecontext'] }],
  [{ OTEL_LOG_LEVEL: 'DEBUG' }, { logLevel: 'debug' }],
  [{ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' }, { captureContent: true }],
  [{ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'SPAN_ONLY' }, { captureContent: true }],
  [{ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'NO_CONTENT' }, { captureContent: false }],
])('%j means %j', (environment, expected) => {
  expect(resolve(environment)).toMatchObject(expected);
});

describe("OpenTelemetry's exporter", () => {
  test('is the one that is used where it alone is set up', () => {
    const { exporters } = resolve({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://jaeger:4318/',
      OTEL_EXPORTER_OTLP_HEADERS: 'X-Token=a%20b',
      OTEL_EXPORTER_OTLP_TIMEOUT: '5',
      OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '6',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    });
    expect(exporters).toEqual([
      {
        type: 'otlp',
        url: 'http://jaeger:4318/v1/traces',
        protocol: 'http/json',
        implementation: 'own',
        headers: { 'x-token': 'a b' },
        compression: 'gzip',
        timeoutMillis: 6,
      },
    ]);
  });

  test.each([
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://jaeger:4318/own/path' }, 'http://jaeger:4318/own/path'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://jaeger:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'http://jaeger:4317'],
  ])('with %j sends to %s', (environment, url) => {
    expect(resolve(environment).exporters).toMatchObject([{ type: 'otlp', url }]);
  });

  test("has no part in where our own exporter sends, and gets none of our own's key", () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://jaeger:4318', NOVEUM_API_KEY: 'k' };
    expect(resolve(environment).exporters).toMatchObject([{ type: 'noveum', endpoint: 'http://127.0.0.1:4318' }]);
    expect(resolve({ ...environment, NOVEUM_EXPORTERS: 'noveum,otlp' }).exporters).toMatchObject([
      { type: 'noveum', apiKey: 'k' },
      { type: 'otlp', url: 'http://jaeger:4318/v1/traces', headers: {} },
    ]);
  });
});

test('what is wrong is ignored with a warning, as the specification wants, and shows no value', () => {
  const { options, problems, warnings } = resolveOptions({
    environment: {
      OTEL_BSP_SCHEDULE_DELAY: 'secret-1',
      OTEL_TRACES_SAMPLER: 'secret-2',
      OTEL_RESOURCE_ATTRIBUTES: 'secret-3',
      OTEL_PROPAGATORS: 'b3,secret-4',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'secret-5',
      OTEL_BSP_MAX_QUEUE_SIZE: '2048',
      OTEL_SDK_DISABLED: 'secret-6',
    },
  });
  expect(problems).toEqual([]);
  expect(options).toEqual(resolveOptions({}).options);
  expect(warnings.map((warning) => warning.split(' ')[0]).sort()).toEqual([
    'OTEL_BSP_MAX_QUEUE_SIZE',
    'OTEL_BSP_SCHEDULE_DELAY',
    'OTEL_EXPORTER_OTLP_PROTOCOL',
    'OTEL_PROPAGATORS',
    'OTEL_RESOURCE_ATTRIBUTES',
    'OTEL_SDK_DISABLED',
    'OTEL_TRACES_SAMPLER',
  ]);
  expect(warnings.join()).not.toContain('secret');
});
