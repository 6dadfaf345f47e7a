import type { Fragment, FragmentKind } from 'noveum-proto';

/**
 * A trace's fragments as one text: a line of JSON, a `FragmentHead` for each, then their payloads, one after the other,
 * a character for each byte. Elasticsearch compresses what it stores, and finds there what the spans say as well.
 */
type FragmentHead = readonly [
  kind: FragmentKind,
  payloadBytes: number,
  receivedAtMillis: number,
  keyEnvironment: string | null,
];

const headOf = ({ keyEnvironment, kind, payload, receivedAtMillis }: Fragment): FragmentHead => [
  kind,
  payload.length,
  receivedAtMillis,
  keyEnvironment,
];

const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const bytesText = ({ buffer, byteLength, byteOffset }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('latin1');

export const encodeFragments = (fragments: readonly Fragment[]): string => {
  let text = `${asciiJson(fragments.map(headOf))}\n`;
  for (const { payload } of fragments) text += bytesText(payload);
  return text;
};

export const decodeFragments = (text: string, project: string): Fragment[] => {
  const headsEnd = text.indexOf('\n');
  const heads = JSON.parse(text.slice(0, headsEnd)) as FragmentHead[];
  const payloads = Buffer.from(text.slice(headsEnd + 1), 'latin1');
  let at = 0;
  return heads.map(([kind, payloadBytes, receivedAtMillis, keyEnvironment]) => {
    const payload = payloads.subarray(at, at + payloadBytes);
    at += payloadBytes;
    return { kind, payload, project, keyEnvironment, receivedAtMillis };
  });
};
