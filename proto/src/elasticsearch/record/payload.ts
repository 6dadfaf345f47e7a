import type { Fragment, FragmentKind } from '../../document/index.js';

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

/** A byte for each character of the text. */
export const encodeFragments = (fragments: readonly Fragment[]): Uint8Array =>
  Buffer.concat([Buffer.from(`${asciiJson(fragments.map(headOf))}\n`), ...fragments.map(({ payload }) => payload)]);

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
