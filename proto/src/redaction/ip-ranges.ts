interface Address {
  readonly bits: bigint;
  readonly width: 32 | 128;
}

/** An address, or a range of them in CIDR notation (RFC 4632, RFC 4291). */
export interface IpRange {
  readonly first: bigint;
  readonly shift: bigint;
  readonly width: 32 | 128;
}

const V4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

const parseV4 = (text: string): bigint | null => {
  if (!V4.test(text)) return null;
  const octets = text.split('.').map(Number);
  return octets.some((octet) => octet > 255) ? null : octets.reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n);
};

const groupsOf = (text: string): bigint[] | null => {
  const groups: bigint[] = [];
  for (const part of text === '' ? [] : text.split(':')) {
    const v4 = parseV4(part);
    if (v4 !== null) groups.push(v4 >> 16n, v4 & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return null;
  }
  return groups;
};

const parseV6 = (text: string): bigint | null => {
  const halves = text.split('::');
  const head = groupsOf(halves[0] ?? '');
  const tail = groupsOf(halves[1] ?? '');
  if (halves.length > 2 || head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => 0n), ...tail];
  return groups.reduce((bits, group) => (bits << 16n) | group, 0n);
};

const parseAddress = (text: string): Address | null => {
  const v4 = parseV4(text);
  if (v4 !== null) return { bits: v4, width: 32 };
  const v6 = parseV6(text);
  return v6 === null ? null : { bits: v6, width: 128 };
};

/** Null: neither an address nor a range. */
export const parseIpRange = (text: string): IpRange | null => {
  const [base = '', length, ...more] = text.split('/');
  const address = parseAddress(base);
  if (address === null || more.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return null;
  const kept = length === undefined ? address.width : Number(length);
  if (kept > address.width) return null;
  const shift = BigInt(address.width - kept);
  return { first: address.bits >> shift, shift, width: address.width };
};

export const isInRange = (text: string, ranges: readonly IpRange[]): boolean => {
  const address = parseAddress(text);
  if (address === null) return false;
  return ranges.some(({ first, shift, width }) => width === address.width && address.bits >> shift === first);
};
