import type { Attributes, AttributeValue, Baggage, BaggageEntry } from '@opentelemetry/api';

/** Of W3C Baggage: at least this much of a header is taken by everybody. */
const MAX_BYTES = 8192;
const MAX_ENTRIES = 64;
/** OpenTelemetry's propagator leaves out what is longer. */
const MAX_ENTRY_BYTES = 4096;

export const BAGGAGE_KEYS = {
  userId: { key: 'noveum.user.id', attribute: 'user.id' },
  sessionId: { key: 'noveum.session.id', attribute: 'session.id' },
  tags: { key: 'noveum.tags', attribute: 'tag.tags' },
  metadata: { key: 'noveum.metadata.', attribute: 'noveum.metadata.' },
} as const;

/** W3C Baggage wants keys to be tokens of RFC 7230; a name that is none goes by its percent-encoding. */
const keyOf = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replace(/[()]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);

const nameOf = (key: string): string => {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
};

const textOf = (value: AttributeValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Entries of the attributes that are ours to carry, those that matter most first. */
const entriesOf = (attributes: Attributes): (readonly [key: string, value: string])[] => {
  const entries: (readonly [string, string])[] = [];
  for (const { attribute, key } of [BAGGAGE_KEYS.userId, BAGGAGE_KEYS.sessionId, BAGGAGE_KEYS.tags]) {
    const value = attributes[attribute];
    if (value !== undefined) entries.push([key, textOf(value)]);
  }
  const { attribute: prefix } = BAGGAGE_KEYS.metadata;
  for (const [name, value] of Object.entries(attributes))
    if (name.startsWith(prefix) && value !== undefined)
      entries.push([`${BAGGAGE_KEYS.metadata.key}${keyOf(name.slice(prefix.length))}`, JSON.stringify(value)]);
  return entries;
};

/** Bytes of an entry in the header: all is ASCII there. A lone surrogate can't be written at all. */
const bytesOf = (key: string, value: string): number | undefined => {
  try {
    return encodeURIComponent(key).length + encodeURIComponent(value).length + 2;
  } catch {
    return undefined;
  }
};

const sizeOf = (baggage: Baggage): { bytes: number; entries: number } => {
  const all = baggage.getAllEntries();
  const bytes = all.reduce((sum, [key, { value }]) => sum + (bytesOf(key, value) ?? 0), 0);
  return { bytes, entries: all.length };
};

/** Adds what fits; `left` says how many entries didn't. Entries of others are never touched. */
export const addToBaggage = (baggage: Baggage, attributes: Attributes): { baggage: Baggage; left: number } => {
  const entries = entriesOf(attributes);
  let result = baggage.removeEntries(...entries.map(([key]) => key));
  let { bytes, entries: count } = sizeOf(result);
  let left = 0;
  for (const [key, value] of entries) {
    const size = bytesOf(key, value);
    if (size === undefined || size > MAX_ENTRY_BYTES || bytes + size > MAX_BYTES || count >= MAX_ENTRIES) {
      left++;
      continue;
    }
    result = result.setEntry(key, { value });
    bytes += size;
    count++;
  }
  return { baggage: result, left };
};

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return json;
  }
};

const isText = (value: unknown): value is string => typeof value === 'string';

const addEntry = (attributes: Attributes, key: string, { value }: BaggageEntry): void => {
  const { metadata, sessionId, tags, userId } = BAGGAGE_KEYS;
  if (key === userId.key) attributes[userId.attribute] = value;
  else if (key === sessionId.key) attributes[sessionId.attribute] = value;
  else if (key === tags.key) {
    const list = parsed(value);
    attributes[tags.attribute] = Array.isArray(list) ? list.filter(isText) : [value];
  } else if (key.startsWith(metadata.key)) {
    const told = parsed(value);
    const isPlain = isText(told) || typeof told === 'number' || typeof told === 'boolean';
    attributes[`${metadata.attribute}${nameOf(key.slice(metadata.key.length))}`] = isPlain ? told : value;
  }
};

const read = new WeakMap<Baggage, Attributes>();

/** Our entries as attributes; a baggage, which never changes, is read once. */
export const attributesOfBaggage = (baggage: Baggage): Attributes => {
  const known = read.get(baggage);
  if (known !== undefined) return known;
  const attributes: Attributes = {};
  for (const [key, entry] of baggage.getAllEntries()) addEntry(attributes, key, entry);
  read.set(baggage, attributes);
  return attributes;
};
