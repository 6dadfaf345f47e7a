import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

import { root } from './paths.js';

const OWN_PACKAGE = /^noveum-proto(?:\/|$)/;

/**
 * Other packages stay what they are, shared with the application. Of our own, what is imported at once is taken in, and
 * what is imported later stays where it is.
 */
const packagesStay = {
  name: 'packages-stay',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || (OWN_PACKAGE.test(path) && kind !== 'dynamic-import')
        ? undefined
        : { path, external: true },
    );
  },
};

/**
 * What is CommonJS in either form of the package knows where it is, and what is beside it: it stays a file, in the place
 * that it had. One entry that imports another has that one's bundle, or there would be two of everything.
 */
const filesStay = ({ from, to, entries }) => ({
  name: 'files-stay',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir, importer }) => {
      const place = relative(join(root, from), resolve(resolveDir, path));
      const isEntry = entries.includes(place) && importer !== '';
      if (!isEntry && !place.endsWith('.cjs')) return undefined;
      if (!isEntry) {
        const copy = join(root, to, place);
        mkdirSync(dirname(copy), { recursive: true });
        copyFileSync(join(root, from, place), copy);
      }
      return { path: `./${place}`, external: true };
    });
  },
});

const bundle = async ({ from, entry, entries, to, ...form }) => {
  const { build } = createRequire(import.meta.url)('esbuild');
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [join(from, entry)],
    outbase: from,
    outdir: to,
    bundle: true,
    platform: 'neutral',
    target: 'es2023',
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
    plugins: [packagesStay, filesStay({ from, to, entries })],
    ...form,
  });
  return Object.keys(metafile.outputs);
};

/** Parts of an earlier build: their names have hashes. */
const removeOthers = (folder, written) => {
  for (const name of readdirSync(join(root, folder)))
    if (/\.js(?:\.map)?$/.test(name) && !written.includes(`${folder}/${name}`)) rmSync(join(root, folder, name));
};

/**
 * Each file that is loaded costs an application's start about a millisecond of CPU. So each of a package's `entries`
 * (files of `dist`) becomes one file in `dist/bundle`, with parts of their own where it imports something later, and one
 * in `dist/cjs/bundle`.
 */
export const bundleEntries = async (dist, entries) => {
  const forms = [
    { to: `${dist}/bundle`, format: 'esm', splitting: true },
    // Where only `require` works, in test runners for one, `import()` fails.
    { to: `${dist}/cjs/bundle`, format: 'cjs', supported: { 'dynamic-import': false } },
  ];
  for (const form of forms) {
    const written = await Promise.all(entries.map((entry) => bundle({ from: dist, entry, entries, ...form })));
    removeOthers(form.to, written.flat());
  }
};
