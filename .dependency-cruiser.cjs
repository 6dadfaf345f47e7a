const TESTS = '(\\.test\\.ts$|/contract/|/test/)';
const LEAVES = 'files|errors|config|telemetry|threads';
const WRITE_SIDE = 'receivers|access|decode|redact|journal|normalise|store|forward|meta';
const SDK_LEAVES = 'errors|options|runtime|ledger';
const SDK_CALLERS = 'span|stream|context|capture|proxy|instrument';
const SDK_COMPOSITION = 'outgoing|platform|start|pieces';
const SDK_NODE = ['/node/', '^sdk/src/processors/encryption/', '^sdk/src/(index|register|pipeline-thread)\\.ts$'];
const SDK_PIPELINE = 'batch|encode|records|stages|keep-rule|exporters|processors|sampler';
const READ_SIDE = 'query|analytics|datasets|api|ui|admin';

const forbid = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    forbid('no-cycles', 'A cycle, type-only imports included, means two folders are one.', {}, { circular: true }),
    forbid('resolvable', 'An import that leads nowhere.', {}, { couldNotResolve: true }),
    forbid(
      'one-door',
      'Another folder is entered by its index.ts.',
      { path: '^(collector|proto)/src/([^/]+)/' },
      { path: '^$1/src/[^/]+/', pathNot: ['^$1/src/$2/', '^$1/src/[^/]+/index\\.ts$'] },
    ),
    forbid(
      'sdk-one-door',
      'Another folder is entered by its index.ts; what only Node needs, or is loaded later, has one of its own.',
      { path: '^sdk/src/([^/]+)/' },
      { path: '^sdk/src/[^/]+/', pathNot: ['^sdk/src/$1/', '/index\\.ts$'] },
    ),
    forbid(
      'one-door-for-the-root',
      'The composition root too enters folders by an index.ts; it alone may name a concrete store in a subfolder.',
      { path: '^(collector|proto|sdk)/src/[^/]+\\.ts$' },
      { path: '^$1/src/[^/]+/', pathNot: '/index\\.ts$' },
    ),
    forbid(
      'concrete-stores-by-the-root',
      'Only the composition root and tests name a concrete store.',
      { path: '^collector/src/(?!store/)[^/]+/', pathNot: TESTS },
      { path: '^collector/src/store/[^/]+/' },
    ),
    forbid(
      'one-door-in-the-store',
      'A store, and what stores share, is entered by its index.ts.',
      { path: '^collector/src/store/([^/]+)/', pathNot: TESTS },
      { path: '^collector/src/store/[^/]+/', pathNot: ['^collector/src/store/$1/', '/index\\.ts$'] },
    ),
    forbid(
      'nobody-imports-an-entry',
      'main, collector, ingest and drain join the stages; no stage knows them.',
      { path: '^collector/src/[^/]+/', pathNot: TESTS },
      { path: '^collector/src/[^/]+\\.ts$' },
    ),
    forbid(
      'leaves-are-leaves',
      'files, errors, config, telemetry and threads know no stage.',
      { path: `^collector/src/(${LEAVES})/`, pathNot: TESTS },
      { path: '^collector/src/', pathNot: `^collector/src/(${LEAVES})/` },
    ),
    forbid(
      'write-stages-know-types-only',
      "Write-side stages use each other's types; a composition file joins their values.",
      { path: `^collector/src/(${WRITE_SIDE})/`, pathNot: TESTS },
      { path: `^collector/src/(${WRITE_SIDE})/`, pathNot: '^collector/src/$1/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'write-side-not-to-read-side',
      'What writes knows nothing of what reads.',
      { path: `^collector/src/(${WRITE_SIDE})/`, pathNot: TESTS },
      { path: `^collector/src/(${READ_SIDE})/` },
    ),
    forbid(
      'read-stages-know-write-types-only',
      'The way back meets the way in by types alone.',
      { path: `^collector/src/(${READ_SIDE})/`, pathNot: TESTS },
      { path: `^collector/src/(${WRITE_SIDE})/`, dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'query-below-api',
      'query <- analytics, datasets <- api <- ui.',
      { path: '^collector/src/query/', pathNot: TESTS },
      { path: '^collector/src/(analytics|datasets|api|ui|admin)/' },
    ),
    forbid(
      'analytics-below-api',
      'query <- analytics, datasets <- api <- ui.',
      { path: '^collector/src/(analytics|datasets)/', pathNot: TESTS },
      { path: '^collector/src/(api|ui|admin)/' },
    ),
    forbid(
      'sdk-not-to-collector',
      'The two meet in proto only.',
      { path: '^sdk/' },
      { path: '^collector/|noveum-collector' },
    ),
    forbid(
      'sdk-leaves-are-leaves',
      'errors, options, runtime and ledger know no stage.',
      { path: `^sdk/src/(${SDK_LEAVES})/`, pathNot: TESTS },
      { path: '^sdk/src/', pathNot: `^sdk/src/(${SDK_LEAVES})/` },
    ),
    forbid(
      'sdk-callers-know-no-pipeline',
      "What makes spans in the host's code knows OpenTelemetry's API and the runtime; where spans go is not its matter.",
      { path: `^sdk/src/(${SDK_CALLERS})/`, pathNot: TESTS },
      { path: '^sdk/src/', pathNot: `^sdk/src/(${SDK_CALLERS}|${SDK_LEAVES})/` },
    ),
    forbid(
      'sdk-pipeline-knows-no-caller',
      'After end() a span is data.',
      { path: `^sdk/src/(${SDK_PIPELINE})/`, pathNot: TESTS },
      { path: '^sdk/src/', pathNot: `^sdk/src/(${SDK_PIPELINE}|${SDK_LEAVES})/` },
    ),
    forbid(
      'sdk-composition-on-top',
      'outgoing <- start, pieces put the SDK together, on a platform; what is put together knows none of them.',
      { path: `^sdk/src/(?!(${SDK_COMPOSITION})/)[^/]+/`, pathNot: TESTS },
      { path: `^sdk/src/(${SDK_COMPOSITION})/` },
    ),
    forbid(
      'sdk-node-in-its-folders',
      'What also runs in pages and at the edge imports nothing of Node.',
      { path: '^sdk/src/', pathNot: [TESTS, ...SDK_NODE] },
      { path: ['^sdk/src/.+/node/', '^sdk/src/processors/encryption/'], dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'sdk-built-ins-in-node-folders',
      'What also runs in pages and at the edge imports nothing of Node.',
      { path: '^sdk/src/', pathNot: [TESTS, ...SDK_NODE] },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'collector-not-to-sdk',
      'The two meet in proto only.',
      { path: '^collector/src/' },
      { path: '^sdk/|noveum-trace$' },
    ),
    forbid(
      'proto-is-the-base',
      'proto knows neither of the others.',
      { path: '^proto/' },
      { path: '^(collector|sdk)/' },
    ),
    forbid(
      'proto-runs-in-a-browser',
      'proto is pure functions over data: no module of Node, but in what writes to Elasticsearch.',
      { path: '^proto/src/', pathNot: [TESTS, '^proto/src/elasticsearch/'] },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'proto-otlp-and-vocabulary-lowest',
      'otlp, vocabulary <- document <- dialects, pricing, redaction.',
      { path: '^proto/src/(otlp|vocabulary)/', pathNot: TESTS },
      { path: '^proto/src/(document|dialects|pricing|redaction)/' },
    ),
    forbid(
      'proto-document-below-rules',
      'otlp, vocabulary <- document <- dialects, pricing, redaction.',
      { path: '^proto/src/document/', pathNot: TESTS },
      { path: '^proto/src/(dialects|pricing|redaction)/' },
    ),
    forbid(
      'proto-elasticsearch-on-top',
      'What writes to Elasticsearch needs Node: nothing else of proto knows of it.',
      { path: '^proto/src/', pathNot: [TESTS, '^proto/src/elasticsearch/'] },
      { path: '^proto/src/elasticsearch/' },
    ),
    forbid(
      'proto-elasticsearch-one-door',
      'A folder in it is entered by its index.ts.',
      { path: '^proto/src/elasticsearch/([^/]+)/', pathNot: TESTS },
      { path: '^proto/src/elasticsearch/[^/]+/', pathNot: ['^proto/src/elasticsearch/$1/', '/index\\.ts$'] },
    ),
    forbid(
      'no-tests-in-the-product',
      'The product imports no test code.',
      { path: '/src/', pathNot: TESTS },
      { path: TESTS },
    ),
    forbid(
      'no-development-packages',
      'What ships imports declared dependencies only.',
      { path: '/src/', pathNot: TESTS },
      {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm', 'npm-peer', 'npm-optional'],
      },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules|/dist/' },
    exclude: { path: '/dist/|/generated/' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
