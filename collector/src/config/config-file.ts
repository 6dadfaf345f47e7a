import { parseYaml } from './parse-yaml.js';
import { SETTINGS } from './settings.js';

/** Throws with Node's `code` where there is no such file. */
export type ReadFile = (path: string) => string;

export interface FileValues {
  readonly values: ReadonlyMap<string, unknown>;
  readonly errors: readonly string[];
}

const NOTHING: FileValues = { values: new Map(), errors: [] };
const failed = (error: string): FileValues => ({ values: new Map(), errors: [error] });

export const codeOf = (error: unknown): string => (error as { code?: string }).code ?? 'not readable';

/** The content may hold a secret, so an error says where the file breaks, not what stands there. */
const placeOf = (error: unknown): string => {
  const [start] = (error as { linePos?: readonly { line: number; col: number }[] }).linePos ?? [];
  return start === undefined ? '' : ` at line ${start.line}, column ${start.col}`;
};

/** Reads a YAML or JSON file (JSON is YAML) of settings by name. */
export const readConfigFile = (path: string | undefined, readFile: ReadFile): FileValues => {
  if (path === undefined) return NOTHING;
  let content: unknown;
  try {
    content = parseYaml(readFile(path), { prettyErrors: true });
  } catch (error) {
    return failed(
      (error as Error).name.startsWith('YAML')
        ? `--config ${path} is neither YAML nor JSON${placeOf(error)}`
        : `--config ${path} can't be read: ${codeOf(error)}`,
    );
  }
  if (content === null) return NOTHING;
  if (typeof content !== 'object' || Array.isArray(content))
    return failed(`--config ${path} must hold names and values`);
  const entries = Object.entries(content);
  const known = [
    ...Object.keys(SETTINGS),
    'adminKey',
    'adminKeyFile',
    'prices',
    'forward',
    'redaction',
    'elasticsearch',
  ];
  return {
    values: new Map(entries.filter(([name]) => known.includes(name))),
    errors: entries.filter(([name]) => !known.includes(name)).map(([name]) => `unknown key ${name} in ${path}`),
  };
};
