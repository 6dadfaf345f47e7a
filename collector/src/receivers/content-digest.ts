import { createHash } from 'node:crypto';

const ALGORITHMS = { 'sha-256': 'sha256', 'sha-512': 'sha512' } as const;

/**
 * Checks a Content-Digest header (RFC 9530: a dictionary of byte sequences) over the content as it was sent.
 * Algorithms that the RFC calls insecure, or that nobody knows, are passed over; null: it fits, else the rule.
 */
export const contentDigestProblem = (header: string | undefined, content: Buffer): string | null => {
  if (header === undefined) return null;
  const members = [...header.matchAll(/(?:^|,)\s*([a-z0-9-]+)\s*=\s*:([A-Za-z0-9+/=]*):/g)];
  if (members.length === 0) return 'must be a dictionary of byte sequences, such as sha-256=:…: (RFC 9530)';
  for (const [, name = '', sent = ''] of members) {
    const algorithm = (ALGORITHMS as Readonly<Record<string, string>>)[name];
    if (algorithm !== undefined && createHash(algorithm).update(content).digest('base64') !== sent)
      return `the ${name} digest must be that of the content as sent`;
  }
  return null;
};
