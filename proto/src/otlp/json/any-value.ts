import { JsonFault } from './encoder.js';
import { message, nested, oneOf, repeated, type MessageContent, type WriteField } from './message.js';
import { bool, double, int64 } from './numbers.js';
import { base64, presentText } from './texts.js';

/** Lists and maps of values refer back to the value, so they are looked up when written. */
const arrayContent: MessageContent = (encoder, value) => {
  valueList(encoder, value);
};
const mapContent: MessageContent = (encoder, value) => {
  keyValueList(encoder, value);
};

const content = oneOf({
  stringValue: [1, presentText],
  boolValue: [2, bool],
  intValue: [3, int64],
  doubleValue: [4, double],
  arrayValue: [5, nested(arrayContent)],
  kvlistValue: [6, nested(mapContent)],
  bytesValue: [7, base64],
});

const anyValueContent: MessageContent = (encoder, value) => {
  encoder.depth++;
  if (encoder.depth > encoder.limits.nesting)
    throw new JsonFault(
      encoder,
      `must not nest deeper than ${String(encoder.limits.nesting)} levels`,
      'nested_too_deep',
    );
  content(encoder, value);
  encoder.depth--;
};

/** An AnyValue: `{}` is an empty one. */
export const anyValue: WriteField = nested(anyValueContent);
const keyValueContent = message({ key: [1, presentText], value: [2, anyValue] });
/** A repeated KeyValue; one without `value` keeps its key. */
export const attributes: WriteField = repeated(nested(keyValueContent));
const valueList = message({ values: [1, repeated(anyValue)] });
const keyValueList = message({ values: [1, attributes] });
