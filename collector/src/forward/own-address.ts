import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';

export interface ListenAddress {
  /** As configured; a wildcard stands for all addresses of the machine. */
  readonly host: string;
  readonly ports: readonly number[];
}

const WILDCARDS = ['0.0.0.0', '::'];

const addressesOf = async (host: string): Promise<readonly string[]> => {
  try {
    return (await lookup(host.replace(/^\[|\]$/g, ''), { all: true })).map(({ address }) => address);
  } catch {
    // Not known now: then it isn't this machine's name either.
    return [];
  }
};

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address));

const portOf = ({ port, protocol }: URL): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));

/** Whether a URL leads to where the collector itself listens: what it sent there would come back for ever. */
export const isOwnAddress = async (url: string, { host, ports }: ListenAddress): Promise<boolean> => {
  const parsed = new URL(url);
  if (!ports.includes(portOf(parsed))) return false;
  const own = WILDCARDS.includes(host) ? [...ownAddresses(), ...WILDCARDS] : await addressesOf(host);
  const theirs = await addressesOf(parsed.hostname);
  return theirs.some((address) => own.includes(address));
};
