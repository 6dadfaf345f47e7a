import { spawnSync } from 'node:child_process';

/** Tools that a machine may lack. */
export type Tool = 'python3' | 'go' | 'java' | 'javac' | 'mvn' | 'chromium' | 'curl' | 'openssl';

const PROBES: Record<Tool, readonly string[]> = {
  python3: ['-c', 'import venv, ensurepip'],
  go: ['version'],
  java: ['-version'],
  javac: ['-version'],
  mvn: ['--version'],
  chromium: ['--version'],
  curl: ['--version'],
  openssl: ['version'],
};

const found = new Map<Tool, boolean>();

export const hasTool = (tool: Tool): boolean => {
  const known = found.get(tool);
  if (known !== undefined) return known;
  const present = spawnSync(tool, PROBES[tool], { stdio: 'ignore' }).status === 0;
  found.set(tool, present);
  return present;
};

/**
 * A suite that needs tools of the machine. Where one is missing it is skipped by name, with CI=true it
 * is a failing test, so that a CI machine can't lose a suite in silence.
 */
export const describeWithTool = (tools: Tool | readonly Tool[], name: string, suite: () => void): void => {
  const wanted: readonly Tool[] = typeof tools === 'string' ? [tools] : tools;
  const missing = wanted.filter((tool) => !hasTool(tool));
  if (missing.length === 0) {
    describe(name, suite);
    return;
  }
  const title = `${name} (needs ${missing.join(', ')})`;
  if (process.env.CI === 'true') {
    describe(title, () => {
      test('finds its tools', () => {
        throw new Error(`missing on this machine: ${missing.join(', ')}`);
      });
    });
    return;
  }
  describe(title, () => {
    test.skip(`needs ${missing.join(', ')}`, () => undefined);
  });
};
