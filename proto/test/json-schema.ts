import { readFileSync } from 'node:fs';

/** As much of JSON Schema as the project's own schema uses; any other keyword is an error. */
type Schema = Readonly<Record<string, unknown>>;

const ANNOTATIONS = new Set(['$schema', '$defs', 'title', 'description']);

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

const hasType = (value: unknown, type: string): boolean =>
  type === 'integer' ? Number.isInteger(value) : typeOf(value) === type;

type Check = (rule: never, value: unknown, path: string, root: Schema, schema: Schema) => string[];

const entriesOf = (value: unknown): [string, unknown][] =>
  typeOf(value) === 'object' ? Object.entries(value as object) : [];

const CHECKS: Readonly<Record<string, Check>> = {
  $ref: (rule: string, value, path, root) => {
    const target = rule
      .split('/')
      .slice(1)
      .reduce<unknown>((at, name) => (at as Schema)[name], root);
    return problemsOf(target as Schema, value, path, root);
  },
  type: (rule: string | string[], value, path) =>
    [rule].flat().some((type) => hasType(value, type)) ? [] : [`${path} is of type ${typeOf(value)}`],
  enum: (rule: unknown[], value, path) => (rule.includes(value) ? [] : [`${path} is none of ${rule.join(', ')}`]),
  pattern: (rule: string, value, path) =>
    typeof value !== 'string' || new RegExp(rule, 'u').test(value) ? [] : [`${path} does not match ${rule}`],
  minimum: (rule: number, value, path) =>
    typeof value !== 'number' || value >= rule ? [] : [`${path} is less than ${String(rule)}`],
  required: (rule: string[], value, path) =>
    rule.filter((name) => !Object.hasOwn(value as object, name)).map((name) => `${path}/${name} is missing`),
  properties: (rule: Record<string, Schema>, value, path, root) =>
    entriesOf(value).flatMap(([name, item]) => {
      const schema = rule[name];
      return schema === undefined ? [] : problemsOf(schema, item, `${path}/${name}`, root);
    }),
  additionalProperties: (rule: Schema | false, value, path, root, { properties }) =>
    entriesOf(value)
      .filter(([name]) => !Object.hasOwn(properties ?? {}, name))
      .flatMap(([name, item]) =>
        rule === false ? [`${path}/${name} is unknown`] : problemsOf(rule, item, `${path}/${name}`, root),
      ),
  items: (rule: Schema, value, path, root) =>
    Array.isArray(value) ? value.flatMap((item, at) => problemsOf(rule, item, `${path}/${String(at)}`, root)) : [],
  anyOf: (rule: Schema[], value, path, root) =>
    rule.some((schema) => problemsOf(schema, value, path, root).length === 0) ? [] : [`${path} fits no alternative`],
};

const problemsOf = (schema: Schema, value: unknown, path: string, root: Schema): string[] =>
  Object.entries(schema).flatMap(([keyword, rule]) => {
    if (ANNOTATIONS.has(keyword)) return [];
    const check = CHECKS[keyword];
    if (check === undefined) throw new Error(`the schema uses ${keyword}, which is not checked`);
    return check(rule as never, value, path, root, schema);
  });

const SCHEMA = JSON.parse(
  readFileSync(new URL('../schema/trace-document.schema.json', import.meta.url), 'utf8'),
) as Schema;

/** What of a document, as JSON, is not as the published schema says. */
export const schemaProblems = (document: unknown): string[] =>
  problemsOf(SCHEMA, JSON.parse(JSON.stringify(document)), '', SCHEMA);
