import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TIMEOUT_MILLIS = 240_000;

/** What a developer's shell may hold that would send a client, or a command of the collector, elsewhere. */
const MISLEADING = /^(NOVEUM_|ELASTICSEARCH_|OTEL_|HTTPS?_PROXY$|ALL_PROXY$)/i;

/** The folder of the client programs. */
export const programs = fileURLToPath(new URL('./', import.meta.url));

/** Where tools and packages that clients need are kept between runs; git ignores it. */
export const cache = fileURLToPath(new URL('../../../.cache/', import.meta.url));

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** True for what installs packages: it may need the proxies that a client of loopback must not take. */
  readonly installs?: boolean;
  /** Default: four minutes. */
  readonly timeoutMillis?: number;
}

/** Runs a program to its end; its standard output. Throws with its standard error where it fails. */
export const runProgram = async (
  program: string,
  args: readonly string[],
  { cwd = programs, env = {}, installs = false, timeoutMillis = TIMEOUT_MILLIS }: ProgramOptions = {},
): Promise<string> => {
  const kept = Object.entries(process.env).filter(([name]) => installs || !MISLEADING.test(name));
  const { stdout } = await run(program, [...args], {
    cwd,
    env: { ...Object.fromEntries(kept), ...env },
    timeout: timeoutMillis,
  });
  return stdout;
};
