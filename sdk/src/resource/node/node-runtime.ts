import { hostname, type, release } from 'node:os';

import type { AttributeMap } from '../../options/index.js';

/** As the semantic conventions name them. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: 'x86', arm: 'arm32', ppc: 'ppc32' };
const OS_TYPES: Readonly<Record<string, string>> = { Windows_NT: 'windows', SunOS: 'solaris' };

/** Process, runtime, host and operating system; no arguments, users or paths: they may be secrets. */
export const nodeRuntimeAttributes = (): AttributeMap => {
  const { bun } = process.versions as { readonly bun?: string };
  return {
    'process.pid': process.pid,
    'process.runtime.name': bun === undefined ? 'nodejs' : 'bun',
    'process.runtime.version': bun ?? process.versions.node,
    'host.name': hostname(),
    'host.arch': ARCHITECTURES[process.arch] ?? process.arch,
    'os.type': OS_TYPES[type()] ?? type().toLowerCase(),
    'os.version': release(),
  };
};
