import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { changesContract } from '../../src/store/contract/changes-contract.js';
import { erasingContract } from '../../src/store/contract/erasing-contract.js';
import { usageContract } from '../../src/store/contract/usage-contract.js';
import { writingContract } from '../../src/store/contract/writing-contract.js';
import { openStore } from './writing-store.js';

describeWithElasticsearch('the write side of Elasticsearch', (cluster) => {
  const factory = () => openStore(cluster);
  describe.each(['facts', 'payload'] as const)('told by %s', (framing) => {
    describe('writing', () => {
      writingContract(factory, framing);
    });
    describe('changes', () => {
      changesContract(factory, framing);
    });
    describe('erasing', () => {
      erasingContract(factory, framing);
    });
    describe('usage', () => {
      usageContract(factory, framing);
    });
  });
});
