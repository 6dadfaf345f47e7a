/** A value of a span's attribute: as the document shows it, and as OTLP tells its type. */
export interface SentValue {
  readonly shown: unknown;
  readonly otlp: unknown;
}

const BEYOND_DOUBLES = '9007199254740993';
const text = (value: string): SentValue => ({ shown: value, otlp: { stringValue: value } });
const int = (value: string): SentValue => ({ shown: value, otlp: { intValue: value } });

/** A map of a city, its place and an integer, as exporters send it, whatever order its keys come in. */
export const place = (integer: string): SentValue => ({
  shown: { city: 'Zürich', at: [47.5, 8.5], deep: { n: integer } },
  otlp: {
    kvlistValue: {
      values: expect.arrayContaining([
        { key: 'city', value: { stringValue: 'Zürich' } },
        { key: 'at', value: { arrayValue: { values: [{ doubleValue: 47.5 }, { doubleValue: 8.5 }] } } },
        { key: 'deep', value: { kvlistValue: { values: [{ key: 'n', value: { intValue: integer } }] } } },
      ]) as unknown,
    },
  },
});

/** The attributes that every client program sets on its call, as far as its language has a value of that kind. */
export const SENT_VALUES: Readonly<Record<string, SentValue>> = {
  'gen_ai.operation.name': text('chat'),
  'gen_ai.request.model': text('gpt-4o'),
  'gen_ai.usage.input_tokens': { shown: 21, otlp: { intValue: '21' } },
  text: text('Grüße, 世界 🌍'),
  empty: text(''),
  flag: { shown: true, otlp: { boolValue: true } },
  ratio: { shown: 0.25, otlp: { doubleValue: 0.25 } },
  whole: { shown: 3, otlp: { doubleValue: 3 } },
  beyond: int(BEYOND_DOUBLES),
  largest: int('9223372036854775807'),
  smallest: int('-9223372036854775808'),
  texts: { shown: ['a', 'ü'], otlp: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'ü' }] } } },
  counts: {
    shown: [1, BEYOND_DOUBLES],
    otlp: { arrayValue: { values: [{ intValue: '1' }, { intValue: BEYOND_DOUBLES }] } },
  },
  place: place(BEYOND_DOUBLES),
  raw: { shown: 'AP8Q', otlp: { bytesValue: 'AP8Q' } },
  nothing: { shown: null, otlp: {} },
};

/** An integer that JavaScript's numbers hold exactly only by chance. */
export const integer = int;
