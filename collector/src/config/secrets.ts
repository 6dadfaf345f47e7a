import type { TlsConfig } from './collector-config.js';
import { codeOf, type ReadFile } from './config-file.js';

interface Found<T> {
  readonly value: T;
  readonly errors: readonly string[];
}

const LEAST_KEY_CHARACTERS = 32;

interface AdminKeySources {
  readonly key: unknown;
  readonly file: unknown;
}

const none = (error: string): Found<null> => ({ value: null, errors: [error] });

/** The first admin key, given in place or by a file. The errors never show it. */
export const resolveAdminKey = ({ key, file }: AdminKeySources, readFile: ReadFile): Found<string | null> => {
  if (key !== undefined && file !== undefined) return none('adminKey and adminKeyFile exclude each other: give one');
  if (key === undefined && file === undefined) return { value: null, errors: [] };
  const name = key === undefined ? 'adminKeyFile' : 'adminKey';
  let given = key;
  if (file !== undefined) {
    if (typeof file !== 'string' || file === '') return none('adminKeyFile must be a path');
    try {
      given = readFile(file).trim();
    } catch (error) {
      return none(`adminKeyFile ${file} can't be read: ${codeOf(error)}`);
    }
  }
  return typeof given === 'string' && given.length >= LEAST_KEY_CHARACTERS && /^[\x21-\x7e]+$/.test(given)
    ? { value: given, errors: [] }
    : none(`${name} must be a key of at least ${LEAST_KEY_CHARACTERS} printable ASCII characters without spaces`);
};

export interface TlsFiles {
  readonly tlsCertFile: string | null;
  readonly tlsKeyFile: string | null;
  readonly tlsCaFile: string | null;
}

/** Reads the PEM files, so that a wrong path stops the start. */
export const resolveTls = (files: TlsFiles, readFile: ReadFile): Found<TlsConfig | null> => {
  const { tlsCertFile: certFile, tlsKeyFile: keyFile, tlsCaFile: caFile } = files;
  const errors: string[] = [];
  const read = (name: string, path: string): string => {
    try {
      const pem = readFile(path);
      if (!pem.includes('-----BEGIN ')) errors.push(`${name} ${path} must hold PEM`);
      return pem;
    } catch (error) {
      errors.push(`${name} ${path} can't be read: ${codeOf(error)}`);
      return '';
    }
  };
  if (certFile === null || keyFile === null) {
    const isAlone = certFile !== null || keyFile !== null || caFile !== null;
    return { value: null, errors: isAlone ? ['tlsCertFile and tlsKeyFile must be given together'] : [] };
  }
  const cert = read('tlsCertFile', certFile);
  const key = read('tlsKeyFile', keyFile);
  const ca = caFile === null ? null : read('tlsCaFile', caFile);
  return { value: Object.freeze({ certFile, keyFile, caFile, cert, key, ca }), errors };
};
