import { createRequire } from 'node:module';
import { join } from 'node:path';

import { NoveumError } from '../../errors/index.js';

type ParseYaml = (text: string) => unknown;

/** The optional peer `yaml`, as the application has it: found from its directory, else from its main script. */
export const loadYaml = (directory: string): ParseYaml => {
  for (const from of [join(directory, 'noveum-trace.js'), process.argv[1] ?? '']) {
    if (from === '') continue;
    try {
      const { parse } = createRequire(from)('yaml') as { readonly parse: ParseYaml };
      return parse;
    } catch (error) {
      if ((error as { readonly code?: string }).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new NoveumError(
    'missing_peer',
    'needs the package yaml, which is not installed: npm install yaml, or write JSON',
  );
};
