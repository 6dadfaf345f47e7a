import { hostname } from 'node:os';

import * as incubating from '@opentelemetry/semantic-conventions/incubating';

import { resolveOptions } from '../options/index.js';
import { portableRuntimeAttributes, resourceAttributesOf } from './index.js';
import { nodeRuntimeAttributes } from './node/index.js';

const DISTRIBUTION = { name: 'noveum-trace', version: '1.2.3' };
const attributesOf = (code: object, environment = {}) =>
  resourceAttributesOf(resolveOptions({ code, environment }).options, DISTRIBUTION, nodeRuntimeAttributes());

test('every span says which distribution, process, runtime and host it comes from', () => {
  expect(attributesOf({})).toMatchObject({
    'telemetry.distro.name': 'noveum-trace',
    'telemetry.distro.version': '1.2.3',
    'service.name': 'unknown_service',
    'process.pid': process.pid,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
    'host.name': hostname(),
    'os.type': expect.stringMatching(/^[a-z]+$/) as string,
  });
  expect(attributesOf({})).not.toHaveProperty('noveum.project');
});

test('options of their own come first, then own attributes, then what was found', () => {
  const code = {
    project: 'weather',
    environment: 'staging',
    serviceVersion: '7',
    dataResidency: { region: 'eu' },
    resourceAttributes: { 'host.name': 'masked', 'noveum.project': 'other', team: 'a' },
  };
  expect(attributesOf(code, { OTEL_SERVICE_NAME: 'shop' })).toMatchObject({
    'service.name': 'shop',
    'service.version': '7',
    'deployment.environment.name': 'staging',
    'noveum.project': 'weather',
    'noveum.data_residency.region': 'eu',
    'host.name': 'masked',
    team: 'a',
  });
});

test('the names are those of the semantic conventions, but for our own', () => {
  const names = new Set<unknown>(Object.values(incubating));
  const used = Object.keys(attributesOf({ serviceVersion: '1', environment: 'a' }));
  expect(used.filter((name) => !names.has(name))).toEqual([]);
});

test.each([
  [{ Deno: { version: { deno: '2.1' } } }, { 'process.runtime.name': 'deno', 'process.runtime.version': '2.1' }],
  [{ EdgeRuntime: 'vercel', navigator: { userAgent: 'x' } }, { 'process.runtime.name': 'edge-runtime' }],
  [{ WebSocketPair: Function, navigator: { userAgent: 'Cloudflare' } }, { 'process.runtime.name': 'workerd' }],
  [{ document: {}, navigator: { userAgent: 'Firefox' } }, { 'user_agent.original': 'Firefox' }],
  [{}, {}],
])('without Node, %# tells what it can', (globals, expected) => {
  expect(portableRuntimeAttributes(globals)).toEqual(expected);
});
