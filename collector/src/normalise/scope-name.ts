import { fieldsOf } from './checked-fields.js';

const NAME_TAG = 10;
const VERSION_TAG = 18;

/** Name and version of an OTLP InstrumentationScope; empty where they weren't sent. */
export const scopeNameOf = (
  bytes: Buffer,
  start: number,
  end: number,
): { readonly name: string; readonly version: string } => {
  let name = '';
  let version = '';
  for (const [tag, textStart, textEnd] of fieldsOf(bytes, start, end)) {
    if (tag === NAME_TAG) name = bytes.toString('utf8', textStart, textEnd);
    else if (tag === VERSION_TAG) version = bytes.toString('utf8', textStart, textEnd);
  }
  return { name, version };
};
