import { createRequire } from 'node:module';

import type * as Yaml from 'yaml';

/** YAML or JSON (JSON is YAML). The parser is loaded with the first file: most starts have none to read. */
export const parseYaml = (text: string, options: Yaml.ParseOptions = {}): unknown => {
  const { parse } = createRequire(import.meta.url)('yaml') as typeof Yaml;
  return parse(text, options);
};
