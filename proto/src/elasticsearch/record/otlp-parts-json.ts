import { readVarint, skipField } from '../../otlp/index.js';
import {
  beginAttributes,
  type JsonOfOtlp,
  needsDocument,
  readTextField,
  writeAttribute,
  writeTextField,
} from './otlp-json.js';
import { type UnixTime, unixTimeOf, writeIso, writeUnixNano } from './unix-time.js';

/** Writes a Resource or a Scope, without the braces around it. */
export type WritePart = (json: JsonOfOtlp, end: number) => void;

export const writeResource: WritePart = (json, end) => {
  const { cursor, out } = json;
  const attributes = beginAttributes();
  out.ascii('"attributes":{');
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (tag === 10) writeAttribute(json, attributes, end);
    else if (tag !== 16 || readVarint(cursor, end) !== 0) needsDocument();
  }
  out.ascii('}');
};

export const writeScope: WritePart = (json, end) => {
  const { cursor, out } = json;
  const attributes = beginAttributes();
  const members: string[] = [];
  let name = '';
  let version = '';
  const start = out.length;
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (tag === 10) name = readTextField(cursor, end);
    else if (tag === 18) version = readTextField(cursor, end);
    else if (tag === 26) writeAttribute(json, attributes, end);
    else if (tag !== 32 || readVarint(cursor, end) !== 0) needsDocument();
  }
  const written = Buffer.from(out.slice(start, out.length));
  out.backTo(start);
  if (name !== '') members.push(`"name":${JSON.stringify(name)}`);
  if (version !== '') members.push(`"version":${JSON.stringify(version)}`);
  out.json(members.join(','));
  if (attributes.count > 0) {
    out.ascii(members.length > 0 ? ',"attributes":{' : '"attributes":{');
    out.bytes(written);
    out.ascii('}');
  }
};

const readTime = ({ cursor: { at, bytes } }: JsonOfOtlp): UnixTime => {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset + at, 8);
  return unixTimeOf(view.readUInt32LE(4), view.readUInt32LE(0));
};

export const writeEvent = (json: JsonOfOtlp, end: number): void => {
  const { cursor, out } = json;
  const start = cursor.at;
  const attributes = beginAttributes();
  let time: UnixTime = { seconds: 0, nanos: 0 };
  let hasName = false;
  out.ascii('{"name":');
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (tag === 9) {
      time = readTime(json);
      cursor.at += 8;
    } else if (tag === 18) {
      if (hasName) needsDocument();
      hasName = true;
      writeTextField(json, end);
    } else if (tag !== 26 && tag !== 32) needsDocument();
    else if (tag === 26) skipField(cursor, 2, end);
    else if (readVarint(cursor, end) !== 0) needsDocument();
  }
  if (!hasName) out.ascii('""');
  if (time.seconds === 0 && time.nanos === 0) out.ascii(',"timestamp":null');
  else {
    out.ascii(',"timestamp":"');
    writeIso(out, time);
    out.ascii('","time_unix_nano":"');
    writeUnixNano(out, time);
    out.ascii('"');
  }
  out.ascii(',"attributes":{');
  cursor.at = start;
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (tag === 26) writeAttribute(json, attributes, end);
    else skipField(cursor, tag & 7, end);
  }
  out.ascii('}}');
};
