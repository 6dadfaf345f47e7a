import { readCorpus } from './contract/read-corpus.js';
import { score } from './contract/score.js';
import { createRedactor, type Kind, KINDS } from './index.js';

const corpus = readCorpus();

/** What is reached; `password` misses one that is told by prose, `ip` takes an object identifier of four numbers for an address. */
const FLOORS: Readonly<Record<Kind, { readonly labelled: number; readonly recall: number; readonly altered: number }>> =
  {
    email: { labelled: 39, recall: 1, altered: 0 },
    phone: { labelled: 59, recall: 1, altered: 0 },
    card: { labelled: 31, recall: 1, altered: 0 },
    ssn: { labelled: 13, recall: 1, altered: 0 },
    iban: { labelled: 24, recall: 1, altered: 0 },
    ip: { labelled: 25, recall: 1, altered: 1 },
    api_key: { labelled: 38, recall: 1, altered: 0 },
    password: { labelled: 21, recall: 20 / 21, altered: 0 },
    private_key: { labelled: 6, recall: 1, altered: 0 },
    jwt: { labelled: 8, recall: 1, altered: 0 },
    url_credentials: { labelled: 7, recall: 1, altered: 0 },
  };

test.each(KINDS)('%s: found in the corpus as often as ever, nothing else changed', (kind) => {
  const all = createRedactor();
  // An address with a password in it (user:word@host) holds what alone would be an e-mail address.
  const alone = createRedactor({ action: 'none', actions: { [kind]: 'replace', url_credentials: 'replace' } });
  const floor = FLOORS[kind];
  const { labelled, recall } = score(corpus, (text) => all.text(text), kind);
  expect(labelled).toBeGreaterThanOrEqual(floor.labelled);
  expect(recall).toBeGreaterThanOrEqual(floor.recall);
  expect(score(corpus, (text) => alone.text(text), kind).altered).toBeLessThanOrEqual(floor.altered);
});

test('of everything changed in the corpus, nearly all was to be', () => {
  const redactor = createRedactor();
  const { labelled, precision } = score(corpus, (text) => redactor.text(text));
  expect(corpus.length).toBeGreaterThan(400);
  expect(labelled).toBeGreaterThan(250);
  expect(precision).toBeGreaterThanOrEqual(270 / 271);
});

test('each of the texts of the corpus is done after once', () => {
  const redactor = createRedactor();
  for (const { text } of corpus) {
    const once = redactor.text(text);
    expect(redactor.text(once)).toBe(once);
  }
});

test('prompts, code, logs and JSON without anything to redact are the same reference', () => {
  const redactor = createRedactor();
  const snippets = readCorpus((file) => file.startsWith('plain-'));
  const changed = snippets.filter(({ text }) => redactor.text(text) !== text).map(({ text }) => text);
  expect(snippets.length).toBeGreaterThan(200);
  // It reads as an address.
  expect(changed).toEqual(['oid 1.3.6.1.4.1.311.21.20 and 2.5.29.17']);
});
