import { textIndexContract } from '../contract/index.js';
import { createMemoryTextIndex } from './index.js';

textIndexContract('the text index in memory', async () => {
  const { writer, reader } = createMemoryTextIndex();
  return {
    writer,
    reader,
    destroy: () => Promise.resolve(),
  };
});
