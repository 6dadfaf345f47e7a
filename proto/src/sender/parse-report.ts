import {
  COUNT_KEYS,
  MAX_NAME_CHARACTERS,
  MAX_REASONS,
  MAX_REASON_CHARACTERS,
  MAX_REPORT_CHARACTERS,
  MAX_TEXT_CHARACTERS,
  REASON_KEYS,
} from './header.js';
import type { SenderReport, SpansByReason } from './sender-report.js';

/** A member of the Dictionary: its key, its value as it stands, its parameters. */
const MEMBER =
  /\s*([a-z*][a-z0-9_.*-]*)(?:=("[^"\\]*"|%"[^"]*"|\d{1,15}))?((?:;[a-z*][a-z0-9_.*-]*=\d{1,15})*)\s*(?:,|$)/y;
const INSTANCE_ID = /^[0-9a-f-]{16,64}$/;

interface Member {
  readonly value: string;
  readonly parameters: string;
}

const membersOf = (text: string): ReadonlyMap<string, Member> | null => {
  const members = new Map<string, Member>();
  MEMBER.lastIndex = 0;
  while (MEMBER.lastIndex < text.length) {
    const match = MEMBER.exec(text);
    if (match === null) return null;
    const [, key = '', value = '?1', parameters = ''] = match;
    members.set(key, { value, parameters });
  }
  return members;
};

const nameIn = (member: Member | undefined): string => {
  const value = member?.value ?? '';
  return value.startsWith('"') ? value.slice(1, -1).slice(0, MAX_NAME_CHARACTERS) : '';
};

const displayIn = (member: Member | undefined): string | null => {
  if (member === undefined) return '';
  if (!member.value.startsWith('%"')) return null;
  try {
    const text = decodeURIComponent(member.value.slice(2, -1));
    return Array.from(text).slice(0, MAX_TEXT_CHARACTERS).join('');
  } catch {
    return null;
  }
};

/** NaN: it is there and is no count. */
const countIn = (member: Member | undefined): number =>
  member === undefined ? 0 : /^\d+$/.test(member.value) ? Number(member.value) : Number.NaN;

const reasonsIn = (member: Member | undefined): SpansByReason => {
  const told = (member?.parameters ?? '').split(';').slice(1, MAX_REASONS + 1);
  return Object.fromEntries(
    told.map((each) => {
      const [reason = '', count] = each.split('=');
      return [reason.slice(0, MAX_REASON_CHARACTERS), Number(count)];
    }),
  );
};

/** Reads what `encodeSenderReport` writes, unknown members left aside; null: it is no report. Never throws. */
export const parseSenderReport = (text: string): SenderReport | null => {
  const members = text.length > MAX_REPORT_CHARACTERS ? null : membersOf(text);
  if (members === null) return null;
  const instanceId = nameIn(members.get('id'));
  const serviceName = displayIn(members.get('service'));
  const project = displayIn(members.get('project'));
  const counts = Object.fromEntries(
    Object.entries(COUNT_KEYS).map(([field, key]) => [field, countIn(members.get(key))]),
  ) as Record<keyof typeof COUNT_KEYS, number>;
  const sequence = countIn(members.get('seq'));
  const batch = countIn(members.get('batch'));
  const isWhole = [sequence, batch, ...Object.values(counts)].every(Number.isSafeInteger);
  if (!INSTANCE_ID.test(instanceId) || serviceName === null || project === null || !isWhole) return null;
  return {
    instanceId,
    exporter: nameIn(members.get('exporter')),
    serviceName,
    project,
    sdkVersion: nameIn(members.get('version')),
    sequence,
    batch,
    ...counts,
    droppedSpans: reasonsIn(members.get(REASON_KEYS.droppedSpans)),
    rejectedSpans: reasonsIn(members.get(REASON_KEYS.rejectedSpans)),
    hasEnded: members.has('ended'),
  };
};
