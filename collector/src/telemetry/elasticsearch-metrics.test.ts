import { createTelemetry } from './index.js';

const NOTHING = {
  bulkRequests: 0,
  bulkBytes: 0,
  retriedItems: 0,
  conflicts: 0,
  rejectedItems: 0,
  forgottenPlaces: 0,
  isCircuitOpen: false,
};

test('counts of a cluster go on where its writer is started anew, and are not there for other stores', async () => {
  const telemetry = createTelemetry({ level: 'silent', destination: { write: () => undefined } });
  const told = async () => (await telemetry.metrics()).text;
  expect(await told()).not.toContain('noveum_elasticsearch_');
  const metrics = telemetry.elasticsearch();
  metrics.sent({ ...NOTHING, bulkRequests: 2, bulkBytes: 100 });
  metrics.sent({ ...NOTHING, bulkRequests: 3, bulkBytes: 150, conflicts: 1, forgottenPlaces: 3, isCircuitOpen: true });
  expect(await told()).toMatch(/^noveum_elasticsearch_circuit_open 1$/m);
  metrics.sent({ ...NOTHING, bulkRequests: 1, bulkBytes: 10 });
  metrics.keyLookedUp('refused');
  const text = await told();
  expect(text).toMatch(/^noveum_elasticsearch_bulk_requests_total 4$/m);
  expect(text).toMatch(/^noveum_elasticsearch_bulk_bytes_total 160$/m);
  expect(text).toMatch(/^noveum_elasticsearch_conflicts_total 1$/m);
  expect(text).toMatch(/^noveum_elasticsearch_key_lookups_total\{outcome="refused"\} 1$/m);
  expect(text).toMatch(/^noveum_elasticsearch_forgotten_places_total 3$/m);
  expect(text).toMatch(/^noveum_elasticsearch_circuit_open 0$/m);
  telemetry.close();
});
