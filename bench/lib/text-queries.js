import { randomUUID } from 'node:crypto';

import { getJson } from './get.js';

const RARE_WORD = 'zyzzyvarare';
const RARE_TRACES = 8;
const CJK_TRACES = 200;
const CJK = ['今天北京的天气怎么样', '明日の東京の天気予報を教えてください', '서울의 날씨를 알려 주세요'];

const traceSaying = (prompt) => ({
  trace_id: randomUUID(),
  name: 'marked',
  start_time: new Date().toISOString(),
  spans: [{ span_id: 'a', name: 'chat', start_time: new Date().toISOString(), attributes: { 'llm.prompt': prompt } }],
});

/** A few traces with a word that nothing else has, and more in scripts without spaces. */
export const sendMarkedTraces = async (http) => {
  const rare = Array.from({ length: RARE_TRACES }, () => traceSaying(`what is a ${RARE_WORD} good for`));
  const cjk = Array.from({ length: CJK_TRACES }, (_, at) => traceSaying(CJK[at % CJK.length]));
  const { status } = await fetch(`${http}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ traces: [...rare, ...cjk] }),
  });
  if (status >= 300) throw new Error(`marked traces were answered ${status}`);
};

/** What some traces of the load answered. */
const someResponses = async (http) => {
  const { traces } = await getJson(
    `${http}/v1/traces?limit=20&name=${encodeURIComponent('invoke_agent support')}&include=spans`,
  );
  return traces.flatMap(({ spans }) =>
    spans.map(({ attributes }) => String(attributes['llm.response'] ?? '')).filter((text) => text !== ''),
  );
};

const mostFrequentWords = (texts) => {
  const counts = new Map();
  for (const text of texts)
    for (const [word] of text.matchAll(/[a-z]{4,}/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([word]) => word);
};

/** Query strings by what is searched for; words are taken from what the load's traces say. */
export const textQueries = async (http) => {
  const responses = await someResponses(http);
  const [common, second] = mostFrequentWords(responses);
  const said = responses[0].split(' ').slice(1, 4).join(' ');
  const q = (text) => `q=${encodeURIComponent(text)}`;
  const hour = encodeURIComponent(new Date(Date.now() - 3_600_000).toISOString());
  return {
    'rare word': q(RARE_WORD),
    'common word': q(common),
    'two common words': q(`${common} ${second}`),
    'common word, one project': `${q(common)}&project=bench-1`,
    'common word, failed traces': `${q(common)}&has_error=true`,
    'common word, one user': `${q(common)}&user_id=user-7`,
    'common word, one model': `${q(common)}&model=gpt-4o`,
    'common word, costly traces': `${q(common)}&min_cost=0.02`,
    'common word, last hour': `${q(common)}&start_time=${hour}`,
    'common word, page at 5,000': `${q(common)}&offset=5000`,
    'common, without another': q(`${common} -${second}`),
    'rare word, one project': `${q(RARE_WORD)}&project=bench-1`,
    'a fifth of all traces': q('get_weather'),
    prefix: q(`${common.slice(0, 3)}*`),
    'prefix of two letters': q(`${common.slice(0, 2)}*`),
    'phrase, common': q('"tool timed out"'),
    'phrase of two common words': q(`"${common} ${second}"`),
    'phrase of one message': q(`"${said}"`),
    'CJK word': q('天气'),
    'CJK character': q('天'),
    'CJK sentence': q('天気予報を教えて'),
    'no trace has it': q('nowhereatall'),
    'substring, common': `${q(common.slice(1))}&q_mode=substring`,
    'substring, rare': `${q(RARE_WORD.slice(2))}&q_mode=substring`,
    'substring, one user': `${q(common.slice(1))}&q_mode=substring&user_id=user-7`,
  };
};
