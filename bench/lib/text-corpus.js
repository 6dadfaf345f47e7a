/**
 * The texts of the load generator's `llm` traces, made again from their number: 8 spans with 3 chats of 1,000 bytes
 * each way, 2 tools, a retrieval and an embedding, over a vocabulary of 6,000 words by Zipf's law.
 */
const CONSONANTS = 'bcdfghjklmnpqrstvwz';
const VOWELS = 'aeiou';
const VOCABULARY = 6000;
const CORPUS_BYTES = 16 * 1024 * 1024;
const MODELS = ['gpt-4o', 'gpt-4o-mini', 'claude-sonnet-4', 'gemini-2.5-pro', 'llama-3.3-70b'];
const TOOLS = ['search_web', 'get_weather', 'run_sql', 'read_file', 'calculator'];

/** xorshift32. */
const createRandom = (seed) => {
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 4294967296) * below);
  };
};

const makeWords = (random) =>
  Array.from({ length: VOCABULARY }, () => {
    let word = '';
    for (let left = 1 + random(4); left > 0; left -= 1) {
      word += CONSONANTS[random(CONSONANTS.length)] + VOWELS[random(VOWELS.length)];
      if (random(3) === 0) word += CONSONANTS[random(CONSONANTS.length)];
    }
    return word;
  });

const makeCorpus = (random, words) => {
  const sums = new Float64Array(VOCABULARY);
  let sum = 0;
  for (let rank = 0; rank < VOCABULARY; rank += 1) sums[rank] = sum += (4 + rank) ** -1.1;
  const corpus = Buffer.alloc(CORPUS_BYTES + 64);
  let used = 0;
  while (used < CORPUS_BYTES) {
    const at = (random(2 ** 31) / 2 ** 31) * sum;
    let low = 0;
    let high = VOCABULARY - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sums[middle] < at) low = middle + 1;
      else high = middle;
    }
    used += corpus.write(`${words[low]}${random(12) === 0 ? '.' : ''} `, used, 'latin1');
  }
  return corpus;
};

export const createTextCorpus = () => {
  const random = createRandom(7);
  const words = makeWords(random);
  const corpus = makeCorpus(random, words);

  /** `marks`: [word, every how many traces]. A word is put into one message of those traces. */
  const textsOf = (number, marks = []) => {
    const pick = createRandom(number);
    const cut = (length) => {
      const from = pick(CORPUS_BYTES - length);
      return corpus.latin1Slice(from, from + length);
    };
    const texts = [{ field: 'name', spanId: null, text: 'invoke_agent support' }];
    const add = (field, text) => texts.push({ field, spanId: null, text });
    const chat = () => {
      add('name', `chat ${MODELS[pick(MODELS.length)]}`);
      add('prompt', cut(1000));
      add('response', cut(1000));
    };
    const tool = () => {
      add('name', `execute_tool ${TOOLS[pick(TOOLS.length)]}`);
      add('tool', `{"query":"${cut(60)}"}`);
      add('tool', `{"result":"${cut(200)}"}`);
      if (pick(20) === 0) add('error', 'tool timed out');
    };
    chat();
    add('name', 'embeddings text-embedding-3-small');
    add('name', 'retrieval kb');
    add('tool', cut(60));
    add('tool', `[{"id":"d1","score":0.91,"content":"${cut(150)}"},{"id":"d2","score":0.83,"content":"${cut(150)}"}]`);
    tool();
    chat();
    tool();
    chat();
    for (const [word, every] of marks)
      if (number % every === 0) texts[2] = { ...texts[2], text: `${texts[2].text} ${word}` };
    return texts;
  };

  return { words, textsOf };
};
