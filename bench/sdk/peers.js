import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Each in a folder of its own, with OpenTelemetry as it asks for it; no dependencies of this project. */
const PACKAGES = {
  langfuse: { '@langfuse/tracing': '5.11.1', '@langfuse/otel': '5.11.1', '@opentelemetry/sdk-trace-node': '2.12.0' },
  phoenix: { '@arizeai/phoenix-otel': '2.1.0' },
  traceloop: { '@traceloop/node-server-sdk': '0.27.0' },
  opik: { opik: '2.0.40' },
  braintrust: { braintrust: '3.35.0' },
  langsmith: { langsmith: '0.12.0' },
};
const FOLDER = fileURLToPath(new URL('../.cache/sdk-peers/', import.meta.url));

export const PEERS = Object.keys(PACKAGES);

/** Installs those of the named adapters that are peers and not there yet, without their scripts. Throws where it fails. */
export const installPeers = (adapters) => {
  for (const peer of PEERS.filter((name) => adapters.includes(name))) {
    const folder = join(FOLDER, peer);
    const packages = Object.entries(PACKAGES[peer]);
    if (packages.every(([name]) => existsSync(join(folder, 'node_modules', name)))) continue;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
    const wanted = packages.map(([name, version]) => `${name}@${version}`);
    const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', ...wanted];
    const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Error(`${peer} could not be installed`);
  }
};

/** `require` as an application has it that uses the peer. */
export const requireOf = (peer) => createRequire(join(FOLDER, peer, 'package.json'));
