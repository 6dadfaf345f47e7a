import { spawn, spawnSync } from 'node:child_process';

import { pinnedNode, root, toolEnvironment } from './paths.js';

/** Runs a script on the pinned Node to its end. Returns its exit code. `output`: 'inherit', or 'stderr' for all of it there. */
export const runToEnd = (args, output = 'inherit') => {
  const stdio = output === 'stderr' ? ['ignore', 2, 2] : ['ignore', 1, 2];
  const { status } = spawnSync(pinnedNode, args, { cwd: root, env: toolEnvironment(), stdio });
  return status ?? 1;
};

/** Runs a script on the pinned Node to its end, beside others. Resolves to its exit code and what it wrote. */
export const runCaptured = (args) =>
  new Promise((resolve) => {
    const child = spawn(pinnedNode, args, { cwd: root, env: toolEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    child.once('error', (error) => resolve({ code: 1, output: `${error.message}\n` }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });

/**
 * Runs a long-lived script on the pinned Node and hands signals on to it. Resolves to its exit code, or to
 * the name of the signal it died of.
 */
export const runInForeground = (args, { env = {} } = {}) =>
  new Promise((resolve) => {
    const child = spawn(pinnedNode, args, { cwd: root, env: { ...toolEnvironment(), ...env }, stdio: 'inherit' });
    let handedOn = false;
    const handOn = (signal) => {
      // A terminal sends SIGINT to the whole group, so the child has it already; npm sends it to us a second time.
      if (handedOn || (signal === 'SIGINT' && process.stdin.isTTY)) return;
      handedOn = true;
      child.kill(signal);
    };
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, handOn);
    child.once('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
