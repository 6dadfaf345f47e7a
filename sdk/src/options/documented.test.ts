import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { optionsTable, presetsTable } from './contract/options-table.js';
import { EXPORTER_OPTIONS } from './kind-of-exporters.js';
import { readOptionsFile } from './node/index.js';
import { resolveOptions } from './index.js';

const PAGE = readFileSync(join(__dirname, '../../../docs/sdk-configuration.md'), 'utf8');

/** The rows between two marks. */
const rowsOf = (name: string): string =>
  new RegExp(`<!-- ${name} -->\\n\\|.*\\n\\|.*\\n([\\s\\S]*?)\\n<!-- end -->`).exec(PAGE)?.[1] ?? '';

test('the page tells every option, its variables, default and rule as they are', () => {
  expect(rowsOf('options')).toBe(optionsTable());
});

test('the page tells what presets set', () => {
  expect(rowsOf('presets')).toBe(presetsTable());
});

test.each(Object.entries(EXPORTER_OPTIONS))('the page tells every option of the exporter %s', (type, options) => {
  const [, row = ''] = new RegExp(`^\\| \`${type}\` \\|(.*)$`, 'm').exec(PAGE) ?? [];
  const told = [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  expect(told).toEqual(expect.arrayContaining(Object.keys(options)));
});

test('the files that the page shows are taken', () => {
  const shown = [...PAGE.matchAll(/^```(yaml|json)\n(.*?)^```$/gms)];
  expect(shown.length).toBeGreaterThan(0);
  for (const [, language, content = ''] of shown) {
    expect(language).toBe('yaml');
    const { parse } = jest.requireActual<{ parse: (text: string) => unknown }>('yaml');
    expect(resolveOptions({ file: { name: 'noveum-trace.yaml', values: parse(content) } }).problems).toEqual([]);
  }
  expect(readOptionsFile(__dirname, {})).toBeUndefined();
});
