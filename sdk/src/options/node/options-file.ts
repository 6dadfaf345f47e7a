import { readFileSync, type Stats, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { NoveumError } from '../../errors/index.js';
import { CONFIG_FILE_VARIABLE, type Environment } from '../environment.js';
import type { OptionsFile } from '../resolve-options.js';
import { loadYaml } from './load-yaml.js';

/** Looked for in the working directory, in this order. */
export const OPTIONS_FILES = ['noveum-trace.yaml', 'noveum-trace.yml', 'noveum-trace.json'] as const;

const codeOf = (error: unknown): string => (error as { readonly code?: string }).code ?? 'not readable';

/** The content may hold a secret: an error says where the file breaks, not what stands there. */
const placeOf = (error: unknown): string => {
  const [start] =
    (error as { readonly linePos?: readonly { readonly line: number; readonly col: number }[] }).linePos ?? [];
  return start === undefined ? '' : ` at line ${start.line}, column ${start.col}`;
};

const broken = (name: string, rule: string, value: string): OptionsFile => ({ name, problem: { rule, value } });

const parseFile = (name: string, content: string, directory: string): OptionsFile => {
  if (name.endsWith('.json')) {
    try {
      return { name, values: JSON.parse(content) };
    } catch {
      return broken(name, 'must be JSON', 'something else');
    }
  }
  try {
    return { name, values: loadYaml(directory)(content) };
  } catch (error) {
    if (error instanceof NoveumError) return broken(name, error.message, 'no such package');
    return broken(name, `must be YAML${placeOf(error)}`, 'something else');
  }
};

export interface FoundFile {
  /** Absolute. */
  readonly path: string;
  readonly file: OptionsFile;
  /** Of the file as it was read: it differs once the file has changed. */
  readonly version: string;
}

/** Of a file that isn't there: ''. */
export const versionOf = (stats: Stats | undefined): string =>
  stats === undefined ? '' : `${stats.ino}:${stats.size}:${stats.mtimeMs}`;

/**
 * Reads the file that `NOVEUM_CONFIG_FILE` names, else the first `noveum-trace.{yaml,yml,json}` of the directory;
 * undefined: there is none. Never throws.
 */
export const readOptionsFile = (directory: string, environment: Environment): FoundFile | undefined => {
  const named = environment[CONFIG_FILE_VARIABLE]?.trim() ?? '';
  for (const name of named === '' ? OPTIONS_FILES : [named]) {
    const path = named === '' ? join(directory, name) : resolve(directory, name);
    let version = '';
    try {
      // Before the content: a change in between is then seen as one.
      version = versionOf(statSync(path, { throwIfNoEntry: false }));
      return { path, file: parseFile(name, readFileSync(path, 'utf8'), directory), version };
    } catch (error) {
      const code = codeOf(error);
      if (named !== '')
        return { path, file: broken(CONFIG_FILE_VARIABLE, `must name a file that can be read`, code), version };
      if (code !== 'ENOENT') return { path, file: broken(name, 'must be readable', code), version };
    }
  }
  return undefined;
};
