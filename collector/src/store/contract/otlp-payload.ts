import type { AttributeValue, LogModel, SpanModel } from './models.js';

// A small OTLP encoder for tests, independent of the code that reads (opentelemetry-proto 1.x field numbers).

/** Nearly all that is encoded: tags, and lengths of what is short. */
const BYTES = Array.from({ length: 128 }, (_, value) => Buffer.of(value));

const varint = (value: bigint | number): Buffer => {
  const byte = BYTES[Number(value)];
  if (byte !== undefined) return byte;
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
};

const tag = (field: number, wireType: number): Buffer => varint(field * 8 + wireType);

const bytesField = (field: number, content: Uint8Array): Buffer =>
  Buffer.concat([tag(field, 2), varint(content.length), content]);
const textField = (field: number, text: string): Buffer => bytesField(field, Buffer.from(text));
const hexField = (field: number, hex: string): Buffer => bytesField(field, Buffer.from(hex, 'hex'));
const varintField = (field: number, value: number): Buffer => Buffer.concat([tag(field, 0), varint(value)]);
const fixed64Field = (field: number, value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return Buffer.concat([tag(field, 1), bytes]);
};
const message = (field: number, ...parts: readonly Buffer[]): Buffer => bytesField(field, Buffer.concat(parts));

const anyValue = (value: AttributeValue): Buffer => {
  if (typeof value === 'string') return textField(1, value);
  if (typeof value === 'boolean') return varintField(2, value ? 1 : 0);
  if (typeof value !== 'number') return message(5, ...value.map((item) => message(1, anyValue(item))));
  if (Number.isInteger(value)) return varintField(3, value);
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([tag(4, 1), bytes]);
};

const attributes = (field: number, values: Readonly<Record<string, AttributeValue>>): Buffer =>
  Buffer.concat(
    Object.entries(values).map(([key, value]) => message(field, textField(1, key), message(2, anyValue(value)))),
  );

const resource = ({ service, environment, sdk }: Pick<SpanModel, 'service' | 'environment' | 'sdk'>): Buffer =>
  message(
    1,
    attributes(1, {
      ...(service === null ? {} : { 'service.name': service }),
      ...(environment === null ? {} : { 'deployment.environment.name': environment }),
      ...(sdk === null ? {} : { 'telemetry.distro.name': sdk, 'telemetry.distro.version': '1.0.0' }),
    }),
  );

const scope = message(1, textField(1, 'contract'), textField(2, '1.0.0'));

const span = (model: SpanModel): Buffer =>
  message(
    2,
    hexField(1, model.traceId),
    hexField(2, model.spanId),
    ...(model.parentSpanId === null ? [] : [hexField(4, model.parentSpanId)]),
    textField(5, model.name),
    varintField(6, 1),
    fixed64Field(7, model.startUnixNano),
    ...(model.endUnixNano === null ? [] : [fixed64Field(8, model.endUnixNano)]),
    attributes(9, model.attributes),
    ...model.events.map((event) =>
      message(11, fixed64Field(1, event.unixNano), textField(2, event.name), attributes(3, event.attributes)),
    ),
    message(
      15,
      ...(model.statusMessage === null ? [] : [textField(2, model.statusMessage)]),
      varintField(3, model.statusCode),
    ),
  );

/** TracesData, which is ExportTraceServiceRequest too. Spans stay in order, one ResourceSpans each. */
export const encodeSpans = (spans: readonly SpanModel[]): Buffer =>
  Buffer.concat(spans.map((model) => message(1, resource(model), message(2, scope, span(model)))));

/** LogsData, which is ExportLogsServiceRequest too. */
export const encodeLogs = (logs: readonly LogModel[]): Buffer =>
  Buffer.concat(
    logs.map((model) =>
      message(
        1,
        resource({ service: null, environment: null, sdk: null }),
        message(
          2,
          scope,
          message(
            2,
            fixed64Field(1, model.unixNano),
            message(5, anyValue(model.body)),
            attributes(6, model.attributes),
            hexField(9, model.traceId),
            ...(model.spanId === null ? [] : [hexField(10, model.spanId)]),
            fixed64Field(11, model.unixNano),
            textField(12, model.eventName),
          ),
        ),
      ),
    ),
  );
