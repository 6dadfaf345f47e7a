const { relative } = require('node:path');
const TestSequencer = require('@jest/test-sequencer').default;

/** The suites that take longest, the longest first. Where jest knows no times, in a fresh clone, their size doesn't say so. */
const LONGEST = [
  'collector/test/elasticsearch/store.test.ts',
  'collector/test/crash/power-cut.test.ts',
  'collector/src/store/embedded/embedded-store.test.ts',
  'collector/test/elasticsearch/node-faults.test.ts',
  'collector/test/elasticsearch/writer.test.ts',
  'collector/src/journal/journal-simulator.test.ts',
  'collector/test/elasticsearch/collector.test.ts',
  'collector/test/elasticsearch/migrate.test.ts',
  'collector/test/elasticsearch/direct-writing.test.ts',
  'collector/src/store/elasticsearch/install/install.test.ts',
  'collector/test/support/elasticsearch/elasticsearch.test.ts',
  'collector/test/readme/readme.test.ts',
  'collector/test/elasticsearch/collector-faults.test.ts',
  'sdk/test/chaos/backends.test.ts',
  'collector/test/forward/otel-collector.test.ts',
  'collector/test/elasticsearch/two-collectors.test.ts',
  'collector/test/elasticsearch/node-away.test.ts',
  'collector/test/elasticsearch/figures.test.ts',
  'collector/src/store/memory/memory-trace-store.test.ts',
  'proto/src/document/merge-laws.test.ts',
  'collector/test/elasticsearch/boot.test.ts',
  'collector/test/forward/forward.test.ts',
  'collector/test/clients/noveum-trace.test.ts',
  'collector/test/crash/kill-9.test.ts',
  'collector/src/store/elasticsearch/record/trace-record.test.ts',
  'collector/test/crash/text-index.test.ts',
  'collector/test/elasticsearch/rederive.test.ts',
  'sdk/test/senders.test.ts',
  'collector/test/elasticsearch/writer-faults.test.ts',
  'collector/test/clients/python.test.ts',
  'collector/src/store/embedded/erasure.test.ts',
  'sdk/test/chaos/process.test.ts',
  'collector/test/erase/erased-files.test.ts',
  'collector/test/crash/backup.test.ts',
  'collector/test/export/export.test.ts',
  'collector/test/export/readers.test.ts',
  'collector/test/elasticsearch/read-ahead.test.ts',
  'collector/test/rederive/rederive.test.ts',
  'proto/src/otlp/json/json-reference.test.ts',
  'collector/test/clients/java.test.ts',
  'collector/src/decode/decoder-fuzz.test.ts',
  'collector/test/openapi/reading.test.ts',
  'sdk/test/nodes/nodes.test.ts',
  'collector/test/clients/keys.test.ts',
  'collector/test/openapi/sending.test.ts',
];

/** So that none of them runs alone at the end. */
module.exports = class LongestFirst extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    if (sorted.some((test) => this.time(test) !== undefined)) return sorted;
    const rankOf = (test) => {
      const rank = LONGEST.indexOf(relative(test.context.config.rootDir, test.path).replaceAll('\\', '/'));
      return rank === -1 ? LONGEST.length : rank;
    };
    return sorted.sort((one, other) => rankOf(one) - rankOf(other));
  }
};
