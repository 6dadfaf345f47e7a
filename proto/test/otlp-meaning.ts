import { stableText } from './stable-json.js';
import { referenceTraces } from './otlp-reference.js';

type Message = Record<string, unknown>;

const listOf = (value: unknown): Message[] => (value ?? []) as Message[];

/** Of a repeated key the last value counts; order doesn't. */
const meaningOfPairs = (pairs: unknown): Message =>
  Object.fromEntries(
    listOf(pairs).map(({ key, value }) => [(key ?? '') as string, meaningOfValue((value ?? {}) as Message)]),
  );

const meaningOfValue = (value: Message): unknown => {
  const [kind] = Object.keys(value);
  if (kind === 'kvlistValue') return { kvlist: meaningOfPairs((value.kvlistValue as Message).values) };
  if (kind === 'arrayValue') return { array: listOf((value.arrayValue as Message).values).map(meaningOfValue) };
  if (kind === 'bytesValue') return { bytes: Buffer.from(value.bytesValue as Uint8Array).toString('hex') };
  if (kind === 'doubleValue') return { double: Object.is(value.doubleValue, -0) ? '-0' : String(value.doubleValue) };
  return value;
};

const isUnsaid = (value: unknown): boolean =>
  value === undefined ||
  value === '' ||
  value === 0 ||
  value === '0' ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && Object.keys(value).length === 0);

/** Fields that are not sent mean what their zeros mean. */
const meaningOf = (message: unknown): Message =>
  Object.fromEntries(
    Object.entries((message ?? {}) as Message)
      .map(([name, value]): [string, unknown] => {
        if (name === 'attributes') return [name, meaningOfPairs(value)];
        if (ArrayBuffer.isView(value)) return [name, Buffer.from(value as Uint8Array).toString('hex')];
        if (Array.isArray(value))
          return [name, (value as unknown[]).map((item) => (typeof item === 'object' ? meaningOf(item) : item))];
        return [name, typeof value === 'object' && value !== null ? meaningOf(value) : value];
      })
      .filter(([, value]) => !isUnsaid(value)),
  );

/** What a TracesData message says: each span with what it hangs on, whatever the grouping and order. */
export const meaningOfTraces = (bytes: Uint8Array): unknown[] =>
  listOf(referenceTraces.decodeToObject(bytes).resourceSpans)
    .flatMap(({ resource, schemaUrl, scopeSpans }) =>
      listOf(scopeSpans).flatMap(({ scope, schemaUrl: scopeSchemaUrl, spans }) =>
        listOf(spans).map((span) => meaningOf({ span, resource, scope, schemaUrl, scopeSchemaUrl })),
      ),
    )
    .sort((a, b) => (stableText(a) < stableText(b) ? -1 : 1));
