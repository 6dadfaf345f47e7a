import { resolveOptions } from '../options/index.js';
import { GRPC_PACKAGE } from '../peers/index.js';
import { refusedExporters } from './index.js';

const rulesOf = (exporter: object, packages?: readonly string[]): readonly string[] =>
  refusedExporters(resolveOptions({ code: { exporters: [exporter] } }).options.exporters, {
    isNode: false,
    hasPackage: packages && ((name) => packages.includes(name)),
  }).map(({ option, rule }) => `${option} ${rule}`);

test.each([
  [{ type: 'otlp' }, undefined, undefined],
  [{ type: 'otlp', implementation: 'stock' }, [], undefined],
  [{ type: 'otlp', implementation: 'stock' }, undefined, /implementation own/],
  [{ type: 'otlp', implementation: 'stock', protocol: 'http/protobuf' }, [], /protocol http\/json or grpc/],
  [{ type: 'otlp', protocol: 'grpc' }, [], /npm install @opentelemetry\/exporter-trace-otlp-grpc$/],
  [{ type: 'otlp', protocol: 'grpc' }, [GRPC_PACKAGE], undefined],
  [{ type: 'file' }, [], /no files/],
  [{ type: 'noveum' }, undefined, undefined],
])('%j with %j', (exporter, packages, rule) => {
  const rules = rulesOf(exporter, packages);
  expect(rules).toEqual(rule === undefined ? [] : [expect.stringMatching(/^exporters\[0\] /)]);
  if (rule !== undefined) expect(rules[0]).toMatch(rule);
});
