import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { type Browser, chromium } from 'playwright-core';

/** Debian's names of it. */
const NAMES = ['chromium-headless-shell', 'chromium', 'google-chrome'];

const chromiumPath = (): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((directory) => NAMES.map((name) => join(directory, name)))
    .find((path) => existsSync(path));

/** Left out on a developer's machine without Chromium only: where all has to be shown its absence is a failure. */
export const hasBrowser = (): boolean => chromiumPath() !== undefined || process.env['CI'] !== undefined;

export const startBrowser = async (): Promise<Browser> => {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error(`none of ${NAMES.join(', ')} is installed`);
  // Chromium's own sandbox needs rights that a container's root hasn't.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
};
