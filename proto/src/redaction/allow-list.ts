import { isInRange, type IpRange, parseIpRange } from './ip-ranges.js';
import { EMAIL, IP } from './kinds.js';
import type { RedactionOptions } from './options.js';

/** Whether a finding is one that stays. */
export type IsAllowed = (kind: number, value: string) => boolean;

const allowDomains = (domains: readonly string[]): ((domain: string) => boolean) => {
  const lower = domains.map((domain) => domain.toLowerCase().replace(/^@/, ''));
  const exact = new Set(lower.filter((domain) => !domain.startsWith('*.')));
  const parents = lower.filter((domain) => domain.startsWith('*.')).map((domain) => domain.slice(1));
  return (domain) => exact.has(domain) || parents.some((parent) => domain.endsWith(parent));
};

export const createAllowList = (allow: RedactionOptions['allow'] = {}): IsAllowed => {
  const values = new Set(allow.values ?? []);
  const isAllowedDomain = allowDomains(allow.emailDomains ?? []);
  const ranges = (allow.ips ?? []).map(parseIpRange).filter((range): range is IpRange => range !== null);
  const hasDomains = (allow.emailDomains ?? []).length > 0;
  return (kind, value) => {
    if (values.size > 0 && values.has(value)) return true;
    if (kind === EMAIL && hasDomains)
      return isAllowedDomain(/(?:@|%40|u0040)([^@%]*)$/.exec(value)?.[1]?.toLowerCase() ?? '');
    return kind === IP && ranges.length > 0 && isInRange(value, ranges);
  };
};
