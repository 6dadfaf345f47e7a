import type { ForwardTls } from './collector-config.js';
import { codeOf, type ReadFile } from './config-file.js';

export interface ResolvedForwardTls {
  readonly value: ForwardTls | null;
  readonly errors: readonly string[];
}

const FILES = ['caFile', 'certFile', 'keyFile'] as const;
type FileName = (typeof FILES)[number];

/** What an endpoint's `caFile`, `certFile` and `keyFile` name, read so that a wrong path stops the start; null: none is given. */
export const resolveForwardTls = (
  given: Partial<Readonly<Record<FileName | 'url', unknown>>>,
  path: string,
  readFile: ReadFile,
): ResolvedForwardTls => {
  const named = FILES.filter((name) => given[name] !== undefined);
  if (named.length === 0) return { value: null, errors: [] };
  const errors: string[] = [];
  const read = (name: FileName): string | null => {
    const file = given[name];
    if (file === undefined) return null;
    if (typeof file !== 'string' || file === '') {
      errors.push(`${path}.${name} must be a path`);
      return null;
    }
    try {
      const pem = readFile(file);
      if (!pem.includes('-----BEGIN ')) errors.push(`${path}.${name} ${file} must hold PEM`);
      return pem;
    } catch (error) {
      errors.push(`${path}.${name} ${file} can't be read: ${codeOf(error)}`);
      return null;
    }
  };
  if (typeof given.url === 'string' && !given.url.startsWith('https:'))
    errors.push(`${path}.${named.join(', ')} must stand with an https URL`);
  if ((given.certFile === undefined) !== (given.keyFile === undefined))
    errors.push(`${path}.certFile and ${path}.keyFile must be given together`);
  const value = Object.freeze({ ca: read('caFile'), cert: read('certFile'), key: read('keyFile') });
  return { value, errors };
};
