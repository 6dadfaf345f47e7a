import { createRequire } from 'node:module';

import { checkRedaction, re2jsCompiler, type RedactionOptions } from 'noveum-proto/redaction';
import type * as Re2 from 're2js';

import { codeOf, type ReadFile } from './config-file.js';
import { isObject } from './read-fields.js';
import { OTHER_PROJECTS, type RedactionRule } from './redaction-rule.js';

export interface ResolvedRedaction {
  readonly value: readonly RedactionRule[];
  readonly errors: readonly string[];
}

type Given = Readonly<Record<string, unknown>>;

const MOST_RULES = 1_000;
const MOST_NAME = 256;
const NOT_SHOWN = 'another value';

const show = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : value === null ? 'null' : NOT_SHOWN;

/** Loaded where somebody has patterns of his own. */
export const compilePatterns = (): ReturnType<typeof re2jsCompiler> =>
  re2jsCompiler(createRequire(import.meta.url)('re2js') as typeof Re2);

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MOST_NAME;

const projectsOf = (given: unknown, path: string, errors: string[]): readonly string[] => {
  const names: readonly unknown[] = Array.isArray(given) ? given : [given];
  const isRight = names.length > 0 && names.every(isName) && (names.length === 1 || !names.includes(OTHER_PROJECTS));
  if (isRight) return names;
  errors.push(
    `${path}.project must be a project's name, a list of names, or "${OTHER_PROJECTS}" alone for all others, got ` +
      (given === undefined ? 'nothing' : Array.isArray(given) ? `a list of ${String(given.length)}` : show(given)),
  );
  return [];
};

/** A salt in a file of its own is one line of it. */
const saltOf = ({ salt, saltFile }: Given, path: string, readFile: ReadFile, errors: string[]): Given => {
  if (saltFile === undefined) return salt === undefined ? {} : { salt };
  if (salt !== undefined) errors.push(`${path}.salt and ${path}.saltFile exclude each other: give one`);
  if (typeof saltFile !== 'string' || saltFile === '') {
    errors.push(`${path}.saltFile must be a path, got ${show(saltFile)}`);
    return {};
  }
  try {
    return { salt: readFile(saltFile).trim() };
  } catch (error) {
    errors.push(`${path}.saltFile ${saltFile} can't be read: ${codeOf(error)}`);
    return {};
  }
};

const resolveRule = (entry: unknown, path: string, readFile: ReadFile, errors: string[]): RedactionRule => {
  if (!isObject(entry)) errors.push(`${path} must hold names and values, got ${show(entry)}`);
  const { project, enabled = true, salt, saltFile, ...others } = isObject(entry) ? entry : ({} as Given);
  if (typeof enabled !== 'boolean') errors.push(`${path}.enabled must be true or false, got ${show(enabled)}`);
  const options: Given = { ...others, ...saltOf({ salt, saltFile }, path, readFile, errors) };
  const parts = Array.isArray(options.patterns) && options.patterns.length > 0 ? { compile: compilePatterns() } : {};
  const checked = checkRedaction(options, parts, path);
  if (checked.status === 'invalid') errors.push(...checked.errors);
  return Object.freeze({
    projects: Object.freeze(projectsOf(project, path, errors)),
    enabled: enabled === true,
    options: Object.freeze(options as RedactionOptions),
  });
};

const twice = (rules: readonly RedactionRule[]): string[] => {
  const names = rules.flatMap(({ projects }) => projects);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) < index));
  return [...repeated].map((name) => `redaction: two rules name the project ${name}`);
};

/** The list under `redaction` in the file; nothing there means none. */
export const resolveRedaction = (inFile: unknown, readFile: ReadFile): ResolvedRedaction => {
  if (inFile === undefined || inFile === null) return { value: [], errors: [] };
  if (!Array.isArray(inFile) || inFile.length > MOST_RULES)
    return { value: [], errors: [`redaction must be a list of at most ${String(MOST_RULES)} rules (--config)`] };
  const errors: string[] = [];
  const rules = inFile.map((entry: unknown, index) =>
    resolveRule(entry, `redaction[${String(index)}]`, readFile, errors),
  );
  if (errors.length === 0) errors.push(...twice(rules));
  return { value: Object.freeze(rules), errors: errors.map((error) => `${error} (--config)`) };
};
