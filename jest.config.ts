import type { Config } from 'jest';

const config: Config = {
  testEnvironment: 'node',
  roots: [
    '<rootDir>/proto/src',
    '<rootDir>/proto/test',
    '<rootDir>/collector/src',
    '<rootDir>/collector/test',
    '<rootDir>/sdk/src',
    '<rootDir>/sdk/test',
  ],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } },
    ],
    // Published as ES modules only.
    '/node_modules/hyparquet(?:-writer)?/.+\\.js$': ['@swc/jest', { module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!hyparquet(?:-writer)?/)'],
  moduleNameMapper: {
    '^noveum-proto$': '<rootDir>/proto/src/index.ts',
    '^noveum-proto/document$': '<rootDir>/proto/src/document/index.ts',
    '^noveum-proto/otlp$': '<rootDir>/proto/src/otlp/index.ts',
    '^noveum-proto/elasticsearch$': '<rootDir>/proto/src/elasticsearch/index.ts',
    '^noveum-proto/dialects$': '<rootDir>/proto/src/dialects/index.ts',
    '^noveum-proto/own-prices$': '<rootDir>/proto/src/own-prices/index.ts',
    '^noveum-proto/sender$': '<rootDir>/proto/src/sender/index.ts',
    '^noveum-proto/encode$': '<rootDir>/proto/src/encode/index.ts',
    '^noveum-proto/pricing$': '<rootDir>/proto/src/pricing/index.ts',
    '^noveum-proto/records$': '<rootDir>/proto/src/records/index.ts',
    '^noveum-proto/redaction$': '<rootDir>/proto/src/redaction/index.ts',
    // A thread runs what is built.
    '/thread-url\\.cjs$': '<rootDir>/sdk/dist/cjs/bundle/delivery/node/thread-url.cjs',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  globalSetup: '<rootDir>/deploy/scripts/jest-run-folder.cjs',
  globalTeardown: '<rootDir>/deploy/scripts/jest-end-run.cjs',
  // Instrumented rather than counted by V8, which would slow every suite and not these files alone.
  coverageProvider: 'babel',
  collectCoverageFrom: ['sdk/src/**/*.ts'],
  coverageReporters: ['text-summary'],
  coverageThreshold: { global: { lines: 90 } },
  testSequencer: '<rootDir>/deploy/scripts/jest-longest-first.cjs',
  // One more than the processors of a small machine: many suites wait, for processes of theirs and for a disk.
  maxWorkers: 3,
  // Ends what hangs; a machine with much else to do is slow, and that is no failure.
  testTimeout: 180_000,
  reporters: ['default', '<rootDir>/deploy/scripts/jest-counts.cjs'],
};

export default config;
