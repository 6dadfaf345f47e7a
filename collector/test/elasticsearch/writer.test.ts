import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { changesContract } from '../../src/store/contract/changes-contract.js';
import { erasingContract } from '../../src/store/contract/erasing-contract.js';
import { usageContract } from '../../src/store/contract/usage-contract.js';
import { writingContract } from '../../src/store/contract/writing-contract.js';
import { openStore } from './writing-store.js';

describeWithElasticsearch('the write side of Elasticsearch', (cluster) => {
  const factory = () => openStore(cluster);
  // Told by facts, the whole contract is run on writer and reader together.
  describe('told by payload', () => {
    describe('writing', () => {
      writingContract(factory, 'payload');
    });
    describe('changes', () => {
      changesContract(factory, 'payload');
    });
    describe('erasing', () => {
      erasingContract(factory, 'payload');
    });
    describe('usage', () => {
      usageContract(factory, 'payload');
    });
  });
});
