import { namedRuleOf } from './providers.js';

/** One way to look a model up; provider null: by the name alone. */
export interface Lookup {
  readonly providerId: string | null;
  readonly model: string;
  /** The snapshot's ending was taken off. */
  readonly isUndated: boolean;
}

const BEDROCK_ARN = /^arn:[^:]+:bedrock:.*\/([^/]+)$/;
const BEDROCK_ID =
  /^(?:[a-z-]{2,8}\.)?(?:ai21|amazon|anthropic|cohere|deepseek|google|meta|mistral|nvidia|openai|qwen|writer)\.[a-z]/;
const RESOURCE = /(?:^|\/)models\/([^/]+)$/;
const OPENAI = /^(?:chatgpt|codex|ft:gpt|text-embedding-(?:3|ada))/;
/** `llama3:8b`: a tag of weights that somebody runs, whatever vendor's name they bear. */
const WEIGHTS_TAG = /:(?:latest|[\d.]+[bm](?:-|$))/;
const MOST_PREFIXES = 3;

/** Endings that name a snapshot or an alias of the same model, at the same price. */
const SNAPSHOTS = [
  /[-@](?:20\d{2}-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01]))$/,
  /-(?:0[1-9]|1[0-2])-20\d{2}$/,
  /-preview-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
  /-00\d$/,
  /@(?:default|latest|00\d)$/,
  /-latest$/,
];

/** The model without its snapshot's ending; null: it has none. */
const undated = (model: string): string | null => {
  const ending = SNAPSHOTS.find((pattern) => pattern.test(model));
  return ending === undefined ? null : model.replace(ending, '');
};

const prefixOf = (model: string): { readonly providerId: string | null; readonly rest: string } | null => {
  const [, prefix, rest] = /^([^/:]+)[/:](.+)$/.exec(model) ?? [];
  const rule = prefix === undefined ? null : namedRuleOf(prefix);
  return rule === null || rest === undefined || rule.isUnpriced ? null : { providerId: rule.id, rest };
};

const vendorOf = (model: string): string | null => {
  if (BEDROCK_ID.test(model)) return 'aws';
  return OPENAI.test(model) ? 'openai' : null;
};

/** The forms of one name under one provider: whole, as a resource's last part, without its snapshot. */
const formsOf = (providerId: string | null, model: string): readonly Lookup[] => {
  const [, arnTail] = BEDROCK_ARN.exec(model) ?? [];
  if (arnTail !== undefined) return [{ providerId: 'aws', model: arnTail, isUndated: false }];
  const [, resource] = RESOURCE.exec(model) ?? [];
  const inRegion = providerId === 'aws' && model.includes('/') ? model.slice(model.lastIndexOf('/') + 1) : undefined;
  const last = resource ?? inRegion ?? model;
  const plain = undated(last);
  const lastProvider = resource === undefined ? providerId : (providerId ?? 'google');
  return [
    { providerId, model, isUndated: false },
    ...(last === model ? [] : [{ providerId: lastProvider, model: last, isUndated: false }]),
    ...(plain === null ? [] : [{ providerId: lastProvider, model: plain, isUndated: true }]),
  ];
};

/**
 * The ways to look up a model as sent, best first: `openai/gpt-4o`, `models/gemini-2.5-pro`, `us.anthropic.claude-…-v1:0`,
 * ARNs, snapshots. `byVendor` false: only what the named provider itself lists.
 */
export const lookupsOf = (providerId: string | null, sent: string, byVendor: boolean): readonly Lookup[] => {
  const lookups = providerId === null ? [] : [...formsOf(providerId, sent)];
  let bare = sent;
  for (let depth = 0; depth < MOST_PREFIXES; depth++) {
    const prefix = prefixOf(bare);
    if (prefix === null) break;
    bare = prefix.rest;
    if (prefix.providerId !== null && (byVendor || prefix.providerId === providerId))
      lookups.push(...formsOf(prefix.providerId, bare));
  }
  if (!byVendor || WEIGHTS_TAG.test(bare)) return lookups;
  const vendor = vendorOf(bare);
  if (vendor !== null) lookups.push(...formsOf(vendor, bare));
  return [...lookups, ...formsOf(null, bare)];
};
