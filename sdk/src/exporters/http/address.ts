import { createPack, type Gzip, type Pack, plainPack } from './compression.js';

const IPV4_LOOPBACK = /^127(?:\.\d+){3}$/;

/** Whether what is sent there stays on this machine. */
export const isLoopback = (url: string): boolean => {
  const { hostname } = new URL(url);
  return (
    hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || IPV4_LOOPBACK.test(hostname)
  );
};

/** Packing costs more than it saves where no network is between. */
export const packFor = (url: string, gzip: Gzip): Pack => (isLoopback(url) ? plainPack : createPack({ gzip }));
