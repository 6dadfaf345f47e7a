import { labelOf } from './rules.js';
import type { Attributes, Json, SpanDocument } from './types.js';

/** Resource attributes that say what made a span: a distribution of an SDK before the SDK in it. */
export const SDK_KEYS = [
  'telemetry.distro.name',
  'telemetry.distro.version',
  'telemetry.sdk.name',
  'telemetry.sdk.version',
] as const;

/**
 * A trace's `sdk` as JSON, of the values of `SDK_KEYS`; null: none is named. Text, so that it can be kept and compared as it
 * is.
 */
export const sdkTextOf = ([distro, distroVersion, sdk, sdkVersion]: readonly (Json | undefined)[]): string | null => {
  const isDistro = labelOf(distro) !== null;
  const name = labelOf(isDistro ? distro : sdk);
  const version = labelOf(isDistro ? distroVersion : sdkVersion);
  return name === null ? null : JSON.stringify({ name, ...(version === null ? {} : { version }) });
};

/** The inverse of `sdkTextOf`. */
export const sdkOfText = (text: string | null): Attributes | null =>
  text === null ? null : (JSON.parse(text) as Attributes);

const sdkTextOfSpan = ({ resource }: Pick<SpanDocument, 'resource'>): string | null =>
  resource === undefined ? null : sdkTextOf(SDK_KEYS.map((key) => resource.attributes[key]));

/** That of the root, else the least of the others' texts, whatever their order. */
export const sdkOfSpans = (root: SpanDocument | null, spans: readonly SpanDocument[]): Attributes | null => {
  const ofRoot = root === null ? null : sdkTextOfSpan(root);
  if (ofRoot !== null) return sdkOfText(ofRoot);
  const texts = spans.map(sdkTextOfSpan).filter((text) => text !== null);
  return texts.length === 0 ? null : sdkOfText(texts.reduce((least, text) => (text < least ? text : least)));
};
