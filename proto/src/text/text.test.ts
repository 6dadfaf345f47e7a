import fc from 'fast-check';

import {
  createSubstringFinder,
  createTermReader,
  matchText,
  matchTexts,
  parseTextQuery,
  termsOf,
  type TextQuery,
} from './index.js';

const queryOf = (text: string): TextQuery => {
  const outcome = parseTextQuery(text);
  if (outcome.status !== 'parsed') throw new Error(outcome.issue);
  return outcome.query;
};

const issueOf = (text: string): string | null => {
  const outcome = parseTextQuery(text);
  return outcome.status === 'refused' ? outcome.issue : null;
};

/** The highlighted pieces of the text; null: no match. */
const found = (text: string, query: string): string[] | null =>
  matchText(text, queryOf(query))?.map(({ start, end }) => text.slice(start, end)) ?? null;

const termsIn = (text: string): string[] => {
  const terms: string[] = [];
  createTermReader((units, from, to) => terms.push(String.fromCharCode(...units.subarray(from, to))))(text);
  return terms;
};

describe('what a search finds', () => {
  test.each([
    ['a word in any case', 'What is the Weather?', 'weather', ['Weather']],
    ['every place of it', 'rain, Rain and RAIN', 'rain', ['rain', 'Rain', 'RAIN']],
    ['a word by its beginning', 'the weather today', 'wea*', ['weather']],
    ['all words, in any order', 'Paris has weather', 'weather paris', ['Paris', 'weather']],
    ['a phrase over punctuation', 'so: foo, bar.', '"foo bar"', ['foo, bar']],
    ['a phrase that ends with a beginning', 'the weather report', '"the wea"*', ['the weather']],
    ['an identifier', 'call get_weather now', 'get_weather', ['get_weather']],
    ['an identifier by a part', 'call get_weather now', 'weather', ['weather']],
    ['an identifier tied otherwise', 'call get-weather now', 'get_weather', ['get-weather']],
    ['an identifier by its beginning', 'call get_weather now', 'get_wea*', ['get_weather']],
    ['two words in an identifier', 'call get_weather now', '"get weather"', ['get_weather']],
    ['camelCase whole', 'call getWeather now', 'getweather', ['getWeather']],
    ['camelCase by a part', 'call getHTTPWeather now', 'http weather', ['HTTPWeather']],
    ['a model', 'asked GPT-4o-mini', 'gpt-4o', ['GPT-4o']],
    ['an address', 'from foo@bar.com.', 'foo@bar.com', ['foo@bar.com']],
    ['the domain of an address', 'from foo@bar.com.', 'bar.com', ['bar.com']],
    ['a number with a point', 'it is 3.14 or so', '3.14', ['3.14']],
    ['a path', 'POST /v1/traces failed', '/v1/traces', ['v1/traces']],
    ['what is written with diacritics, without', 'Crème brûlée in Zürich', 'creme zurich', ['Crème', 'Zürich']],
    ['and the other way', 'creme', 'crème', ['creme']],
    ['composed as decomposed', 'cafe\u0301 open', 'café', ['cafe\u0301']],
    ['sharp s', 'Straße', 'STRASSE', ['Straße']],
    ['a final sigma', 'ΟΔΟΣ', 'οδος', ['ΟΔΟΣ']],
    ['full-width letters', 'ＧＰＴ４', 'gpt4', ['ＧＰＴ４']],
    ['a ligature', 'ﬁle', 'file', ['ﬁle']],
    ['letters beyond the basic plane', 'x 𝐖𝐞𝐚 y', 'wea', ['𝐖𝐞𝐚']],
    ['one Chinese character', '今天天气很好', '气', ['气']],
    ['a pair of them', '今天天气很好', '天气', ['天气']],
    ['more of them', '今天天气很好', '今天天气', ['今天天气']],
    ['Japanese', '東京タワーへ', 'タワー', ['タワー']],
    ['half-width kana', 'ｶﾞｽ', 'ガス', ['ｶﾞｽ']],
    ['Korean', '날씨가 좋다', '날씨', ['날씨']],
    ['Korean in parts', '날씨'.normalize('NFD'), '날씨', ['날씨'.normalize('NFD')]],
    ['Thai', 'สวัสดีครับ', 'ครับ', ['ครับ']],
    ['a word tied to Chinese', '使用GPT-4o模型', 'gpt-4o模型', ['GPT-4o模型']],
    ['a pictograph', 'well done 🎉!', '🎉', ['🎉']],
    ['what is left beside a word left out', 'weather in Rome', 'weather -paris', ['weather']],
  ])('%s', (_what, text, query, pieces) => {
    expect(found(text, query)).toEqual(pieces);
  });

  test.each([
    ['a part of a word', 'the weather', 'eat'],
    ['a word that is missing', 'the weather', 'weather paris'],
    ['a word left out', 'weather in Paris', 'weather -paris'],
    ['a phrase left out', 'weather in Paris', 'weather -"in paris"'],
    ['a phrase in another order', 'bar foo', '"foo bar"'],
    ['parts that nothing ties', 'get the weather; get weather', 'get_weather'],
    ['a pair over a comma', '今天，气', '天气'],
    ['kana of another voice', 'かき', 'かぎ'],
  ])('but not %s', (_what, text, query) => {
    expect(found(text, query)).toBeNull();
  });

  test('the words of one trace in any of its texts, and none that must not be in any', () => {
    const texts = ['weather', 'in Paris'];
    expect(matchTexts(texts, queryOf('paris weather'))).toEqual([[{ start: 0, end: 7 }], [{ start: 3, end: 8 }]]);
    expect(matchTexts(texts, queryOf('"weather in"'))).toBeNull();
    expect(matchTexts(texts, queryOf('weather -paris'))).toBeNull();
  });
});

test.each([
  ['', 'must hold a word'],
  ['?! &', 'must hold a word'],
  ['-a', 'must hold a word to find beside those to leave out'],
  ['"open', 'must close every quotation mark'],
  ['a*', 'must hold at least 2 letters or digits before each *'],
  ['x *', 'must hold a word before each *'],
  ['a '.repeat(33), 'must not hold more than 32 words and phrases'],
  ['a'.repeat(1001), 'must not be longer than 1000 characters'],
])('the query %j is refused with its rule', (query, issue) => {
  expect(issueOf(query)).toBe(issue);
});

test.each([
  ['weather', [{ text: 'weather', prefix: false }], true],
  ['gpt-4o', [{ text: 'gpt-4o', prefix: false }], true],
  ['天气', [{ text: '天气', prefix: false }], true],
  ['gpt-4*', [{ text: 'gpt-4', prefix: true }], true],
  [
    'a@b.com',
    [
      { text: 'a-b', prefix: false },
      { text: 'b-com', prefix: false },
    ],
    false,
  ],
  [
    '"the weather"',
    [
      { text: 'the', prefix: false },
      { text: 'weather', prefix: false },
    ],
    false,
  ],
])('an index is asked for the terms of %s', (query, terms, exact) => {
  expect(queryOf(query).must.map(termsOf)).toEqual([{ terms, exact }]);
});

test('of a blob without spaces only the beginning is indexed', () => {
  expect(termsIn(`data:${'iVBORw0KGgo+'.repeat(10_000)}`).length).toBeLessThan(500);
  expect(termsIn('x'.repeat(100_000))).toEqual(['x'.repeat(64)]);
});

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }).map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.constantFrom('get', 'Weather', '_', '-', '@', ' ', '"', '天', '气', 'ガ', 'ﾞ', '4o', 'é', '\u0301', '🎉'))
    .map((pieces) => pieces.join('')),
);

describe('whatever the text', () => {
  test('reading it, matching it and parsing it as a query never throw', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, other) => {
        termsIn(text);
        const outcome = parseTextQuery(other);
        if (outcome.status === 'parsed') matchText(text, outcome.query);
      }),
    );
  });

  test('it answers each of its own pieces between spaces, and the highlight is in the text and answers as well', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const piece of text.split(/\s+/u)) {
          const quoted = `"${piece.replaceAll('"', ' ')}"`;
          const outcome = parseTextQuery(quoted);
          if (outcome.status === 'refused') continue;
          const highlights = matchText(text, outcome.query);
          expect(highlights?.length).toBeGreaterThan(0);
          for (const { start, end } of highlights ?? []) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(text.length);
            expect(matchText(text.slice(start, end), outcome.query)).not.toBeNull();
          }
        }
      }),
    );
  });

  test('where a query matches it, the terms of the query are among its own', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.boolean(), (text, other, goesOn) => {
        const asked = goesOn ? `"${text.slice(0, 9).replaceAll('"', ' ')}"*` : other;
        const outcome = parseTextQuery(asked);
        if (outcome.status === 'refused') return;
        const terms = termsIn(text);
        const hasAll = outcome.query.must
          .map(termsOf)
          .every((clause) =>
            clause.terms.every((term) =>
              terms.some((own) => (term.prefix ? own.startsWith(term.text) : own === term.text)),
            ),
          );
        const matches = matchText(text, { ...outcome.query, mustNot: [] }) !== null;
        if (matches) expect(hasAll).toBe(true);
        if (hasAll && outcome.query.must.every((clause) => termsOf(clause).exact)) expect(matches).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('reading takes time in proportion to its length', () => {
    const cpuMillis = (length: number): number => {
      const texts = ['a-', '-', 'aA', '天', '"', 'e\u0301', '\ud83d'].map((piece) => piece.repeat(length));
      const before = process.cpuUsage();
      for (const text of texts) matchText(text, queryOf('"a b c" xy* 天天天'));
      return process.cpuUsage(before).user / 1000;
    };
    cpuMillis(20_000);
    // Ten times the text: a quadratic rule would take a hundred times as long.
    expect(cpuMillis(200_000)).toBeLessThan(Math.max(20, cpuMillis(20_000)) * 40);
  });
});

describe('a substring', () => {
  test.each([
    ['inside a word', 'the weather', 'EATH', ['eath']],
    ['with punctuation and spaces', '{"a": 1}', '": 1', ['": 1']],
    ['with a capital that folds longer', 'Straße, STRASSE', 'strasse', ['Straße', 'STRASSE']],
    ['in text beyond ASCII', 'ünÏ — x', 'ï — X', ['Ï — x']],
  ])('is found %s', (_what, text, needle, pieces) => {
    expect(createSubstringFinder(needle)(text)?.map(({ start, end }) => text.slice(start, end))).toEqual(pieces);
  });

  test('is found wherever it was cut from', () => {
    fc.assert(
      fc.property(anyText, fc.nat(), fc.nat(), (text, from, length) => {
        const start = from % (text.length + 1);
        const needle = text.slice(start, start + 1 + (length % 5));
        if (needle !== '') expect(createSubstringFinder(needle)(text)).not.toBeNull();
      }),
    );
  });
});
