import { codeOf, type ReadFile } from './config-file.js';
import { parseYaml } from './parse-yaml.js';

type Headers = Readonly<Record<string, string>>;

export interface ResolvedHeaders {
  readonly value: Headers;
  readonly errors: readonly string[];
}

const NONE: Headers = Object.freeze({});
/** Set by the sending itself. */
const OURS = ['content-type', 'content-length', 'content-encoding', 'transfer-encoding', 'connection', 'noveum-via'];

const failed = (error: string): ResolvedHeaders => ({ value: NONE, errors: [error] });

/** The errors name headers, never their values. */
const checkHeaders = (given: unknown, path: string): ResolvedHeaders => {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return failed(`${path} must hold names and texts`);
  const entries = Object.entries(given as Readonly<Record<string, unknown>>);
  for (const [name, value] of entries) {
    if (!/^[A-Za-z0-9_.-]{1,128}$/.test(name)) return failed(`${path} must have names of letters, digits, _, . and -`);
    if (name.toLowerCase().endsWith('-bin')) return failed(`${path} must have no name that ends with -bin`);
    if (OURS.includes(name.toLowerCase())) return failed(`${path} must not set ${name}: the collector does`);
    if (typeof value !== 'string' || !/^[\x20-\x7e]*$/.test(value))
      return failed(`${path}.${name} must be a text of printable ASCII characters`);
  }
  const value = Object.fromEntries(entries.map(([name, text]) => [name.toLowerCase(), text as string]));
  return { value: Object.freeze(value), errors: [] };
};

/** An endpoint's `headers`, or what the file that `headersFile` names holds: YAML or JSON, as the configuration. */
export const resolveForwardHeaders = (
  { headers, headersFile }: { readonly headers?: unknown; readonly headersFile?: unknown },
  path: string,
  readFile: ReadFile,
): ResolvedHeaders => {
  if (headers !== undefined && headersFile !== undefined)
    return failed(`${path}.headers and ${path}.headersFile exclude each other: give one`);
  if (headers !== undefined) return checkHeaders(headers, `${path}.headers`);
  if (headersFile === undefined) return { value: NONE, errors: [] };
  if (typeof headersFile !== 'string' || headersFile === '') return failed(`${path}.headersFile must be a path`);
  let content: string;
  try {
    content = readFile(headersFile);
  } catch (error) {
    return failed(`${path}.headersFile ${headersFile} can't be read: ${codeOf(error)}`);
  }
  try {
    return checkHeaders(parseYaml(content), `${path}.headersFile`);
  } catch {
    return failed(`${path}.headersFile ${headersFile} must be YAML or JSON`);
  }
};
