export { describeWithElasticsearch, type TestCluster } from './cluster.js';
export { NODE_START_TIMEOUT_MILLIS, type OwnNode, startOwnNode } from './node.js';
