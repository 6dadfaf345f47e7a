import { asArray, asObject, JsonFault, type JsonEncoder } from './encoder.js';
import { LENGTH_DELIMITED, type MessageContent, type WriteField } from './message.js';

/** Fields that an item must have, each with the kind of problem it is to lack it. */
export type RequiredIds = Readonly<Record<string, readonly [snake: string, kind: string]>>;

const requireIds = (encoder: JsonEncoder, item: Record<string, unknown>, required: RequiredIds): void => {
  for (const [camel, [snake, kind]] of Object.entries(required)) {
    const id = item[camel] ?? item[snake];
    if (id !== undefined && id !== null && id !== '') continue;
    encoder.path.push(camel);
    throw new JsonFault(encoder, 'is required', kind);
  }
};

/** Spans or log records: one that breaks a rule is left out and listed, the others go on. */
export const items =
  (content: MessageContent, required: RequiredIds): WriteField =>
  (encoder, fieldNumber, value) => {
    const list = asArray(encoder, value);
    const { path, out } = encoder;
    const pathLength = path.length;
    for (let i = 0; i < list.length; i++) {
      const place = out.place();
      const index = encoder.items++;
      path.push(i);
      try {
        requireIds(encoder, asObject(encoder, list[i]), required);
        const begun = out.begin(fieldNumber * 8 + LENGTH_DELIMITED);
        content(encoder, list[i]);
        out.end(begun);
      } catch (fault) {
        if (!(fault instanceof JsonFault)) throw fault;
        encoder.refused.push({ index, ...fault.problem });
        out.rewind(place);
        encoder.depth = 0;
      }
      path.length = pathLength;
    }
  };
