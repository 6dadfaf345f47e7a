import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createApi } from '../../src/api/index.js';
import { ingestRouteOf } from '../../src/receivers/index.js';
import { apiOptions } from '../api/running-api.js';
import { runProgram } from '../clients/run-program.js';
import { described, document, problemsBy } from './described.js';

const VALIDATOR = fileURLToPath(
  new URL('../../../node_modules/@seriousme/openapi-schema-validator/bin/validate-api-cli.js', import.meta.url),
);

interface Layer {
  readonly route?: { readonly path: string | readonly string[]; readonly methods: Readonly<Record<string, boolean>> };
}

/** What the server has registered, in the document's terms. */
const registered = async (): Promise<readonly string[]> => {
  const api = createApi(await apiOptions());
  const { stack } = api.router as unknown as { readonly stack: readonly Layer[] };
  return stack.flatMap(({ route }) => {
    if (route === undefined) return [];
    const methods = Object.keys(route.methods).filter((method) => method !== 'head');
    const paths = [route.path]
      .flat()
      .map((path) => path.replaceAll(/:(\w+)/g, '{$1}').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    return paths.flatMap((path) => methods.map((method) => `${method} ${path}`));
  });
};

const names = described.map(({ method, path }) => `${method} ${path}`);
const isIngest = ({ method, path }: { readonly method: string; readonly path: string }): boolean =>
  method === 'post' && ingestRouteOf(path) !== null;

test('the document is sound OpenAPI 3.1', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'noveum-openapi-'));
  const file = join(directory, 'openapi.json');
  await writeFile(file, JSON.stringify(document));
  const told = await runProgram(process.execPath, [VALIDATOR, file]).catch(
    (error: unknown) => (error as { readonly stdout: string }).stdout,
  );
  await rm(directory, { recursive: true });
  expect(JSON.parse(told)).toEqual({ valid: true });
});

test('the document has every route that the server has, and no other', async () => {
  const served = described.filter((one) => !isIngest(one)).map(({ method, path }) => `${method} ${path}`);
  expect(served.sort()).toEqual([...(await registered())].sort());
});

test('the document has every address that takes data', () => {
  const paths = ['traces', 'trace', 'traces/single', 'logs', 'metrics'];
  const addresses = [
    ...paths.flatMap((path) => [`/v1/${path}`, `/api/v1/${path}`]),
    ...['traces', 'logs', 'metrics'].map((path) => `/api/public/otel/v1/${path}`),
  ];
  expect(
    described
      .filter(isIngest)
      .map(({ path }) => path)
      .sort(),
  ).toEqual(addresses.sort());
});

test('operations have ids of their own', () => {
  const ids = described.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(names.length);
});

test('examples are what their schemas ask for', () => {
  const ofParameters = Object.entries(document.components.parameters).flatMap(([name, { example }]) =>
    example === undefined ? [] : problemsBy(['components', 'parameters', name, 'schema'], example),
  );
  expect(ofParameters).toEqual([]);
  const problems = described.flatMap(({ method, path, operation }) => [
    ...Object.entries(operation.requestBody?.content ?? {}).flatMap(([type, { example }]) =>
      example === undefined
        ? []
        : problemsBy(['paths', path, method, 'requestBody', 'content', type, 'schema'], example).map(
            (problem) => `${method} ${path} body: ${problem}`,
          ),
    ),
  ]);
  expect(problems).toEqual([]);
});
