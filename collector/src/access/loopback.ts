import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
loopback.addSubnet('::ffff:127.0.0.0', 104, 'ipv6');

/** `localhost`, 127.0.0.0/8 or ::1, brackets allowed. Other names are not looked up: a name can be made to point here. */
export const isLoopbackHost = (host: string): boolean => {
  const name = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  const family = isIP(name);
  if (family === 0) return name.toLowerCase() === 'localhost';
  return loopback.check(name, family === 6 ? 'ipv6' : 'ipv4');
};

/** The same of a `Host` header or authority, with or without a port. */
export const isLoopbackAuthority = (authority: string): boolean => {
  const [, host = ''] = /^(\[[^\]]*\]|[^:]*)(?::\d{1,5})?$/.exec(authority) ?? [];
  return isLoopbackHost(host);
};

export const isLoopbackOrigin = (origin: string): boolean => {
  const url = URL.parse(origin);
  return url !== null && ['http:', 'https:'].includes(url.protocol) && isLoopbackHost(url.hostname);
};
