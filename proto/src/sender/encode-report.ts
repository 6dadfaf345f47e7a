import {
  COUNT_KEYS,
  MAX_NAME_CHARACTERS,
  MAX_REASON_CHARACTERS,
  MAX_REASONS,
  MAX_TEXT_CHARACTERS,
  OTHER_REASON,
  REASON_KEYS,
} from './header.js';
import type { SenderReport, SpansByReason } from './sender-report.js';

/** RFC 9651 §3.3.6 and §3.3.4: 15 digits at most. */
const MAX_INTEGER = 999_999_999_999_999;

/** Of a person's words: a Display String, RFC 9651 §4.1.11. */
const displayOf = (text: string): string => {
  const cut = Array.from(text.toWellFormed()).slice(0, MAX_TEXT_CHARACTERS).join('');
  const escaped = encodeURIComponent(cut).replaceAll(/%(?:20|2[1346789A-F]|3[A-F]|40|5[B-E]|60|7[B-D])/g, (hex) =>
    String.fromCharCode(Number.parseInt(hex.slice(1), 16)),
  );
  return `%"${escaped.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())}"`;
};

/** Of a machine's name: a String of harmless characters, RFC 9651 §4.1.6. */
const nameOf = (name: string): string =>
  `"${name.slice(0, MAX_NAME_CHARACTERS).replaceAll(/[^A-Za-z0-9._:/@+-]/g, '_')}"`;

const integerOf = (count: number): string =>
  Number.isFinite(count) ? String(Math.min(MAX_INTEGER, Math.max(0, Math.trunc(count)))) : '0';

/** RFC 9651 §3.1.2: `lcalpha` first, then lower case, digits, `_-.*`. */
const reasonKeyOf = (reason: string): string => {
  const plain = reason.toLowerCase().replaceAll(/[^a-z0-9_.-]/g, '_');
  return (/^[a-z]/.test(plain) ? plain : `r_${plain}`).slice(0, MAX_REASON_CHARACTERS);
};

/** The most frequent reasons, and what is left of them in one. */
const reasonsOf = (counts: SpansByReason): string => {
  const told = new Map<string, number>();
  let total = 0;
  const most = Object.entries(counts).sort(([, a], [, b]) => b - a);
  for (const [reason, count] of most) {
    if (!(count > 0)) continue;
    total += count;
    const known = reasonKeyOf(reason);
    const key = told.has(known) || told.size < MAX_REASONS - 1 ? known : OTHER_REASON;
    told.set(key, (told.get(key) ?? 0) + count);
  }
  return [integerOf(total), ...[...told].map(([key, count]) => `${key}=${integerOf(count)}`)].join(';');
};

/**
 * A report as a Dictionary of structured fields (RFC 9651): ASCII, at most 4 KiB, whatever the names are. Counts of
 * nothing are left out.
 */
export const encodeSenderReport = (report: SenderReport): string => {
  const members = [
    `id=${nameOf(report.instanceId)}`,
    `exporter=${nameOf(report.exporter)}`,
    `seq=${integerOf(report.sequence)}`,
    `version=${nameOf(report.sdkVersion)}`,
    `service=${displayOf(report.serviceName)}`,
    ...(report.project === '' ? [] : [`project=${displayOf(report.project)}`]),
  ];
  for (const [field, key] of Object.entries(COUNT_KEYS)) {
    const count = report[field as keyof typeof COUNT_KEYS];
    if (count > 0) members.push(`${key}=${integerOf(count)}`);
  }
  for (const [field, key] of Object.entries(REASON_KEYS)) {
    const reasons = reasonsOf(report[field as keyof typeof REASON_KEYS]);
    if (reasons !== '0') members.push(`${key}=${reasons}`);
  }
  if (report.batch > 0) members.push(`batch=${integerOf(report.batch)}`);
  if (report.hasEnded) members.push('ended');
  return members.join(', ');
};
