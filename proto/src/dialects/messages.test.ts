import type { Json } from '../document/index.js';
import { toMessages } from './messages.js';

const text = (content: string) => ({ type: 'text', content });
const call = { type: 'tool_call', id: 'c1', name: 'weather', arguments: { city: 'Paris' } };
const response = { type: 'tool_call_response', id: 'c1', response: 'sunny' };

const CONVERSATION = [
  { role: 'user', parts: [text('Weather?')] },
  { role: 'assistant', parts: [call] },
  { role: 'tool', parts: [response] },
];

test.each<[string, Json]>([
  [
    'OpenAI’s chat completions',
    [
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Paris"}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'sunny' },
    ],
  ],
  [
    'OpenAI’s responses',
    [
      { role: 'user', content: [{ type: 'input_text', text: 'Weather?' }] },
      { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'weather', arguments: '{"city":"Paris"}' },
      { type: 'function_call_output', call_id: 'c1', output: 'sunny' },
    ],
  ],
  [
    'Vercel’s model messages',
    [
      { role: 'user', content: [{ type: 'text', text: 'Weather?' }] },
      {
        role: 'assistant',
        content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: { city: 'Paris' } }],
      },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c1', output: { type: 'text', value: 'sunny' } }] },
    ],
  ],
  [
    'LangChain’s serialised messages',
    [
      [
        {
          lc: 1,
          type: 'constructor',
          id: ['langchain_core', 'messages', 'HumanMessage'],
          kwargs: { content: 'Weather?', type: 'human' },
        },
        {
          lc: 1,
          type: 'constructor',
          id: ['langchain_core', 'messages', 'AIMessage'],
          kwargs: { content: '', tool_calls: [{ name: 'weather', args: { city: 'Paris' }, id: 'c1' }] },
        },
        {
          lc: 1,
          type: 'constructor',
          id: ['langchain_core', 'messages', 'ToolMessage'],
          kwargs: { content: 'sunny', tool_call_id: 'c1' },
        },
      ],
    ],
  ],
  [
    'LangChain’s plain messages',
    [
      { type: 'human', content: 'Weather?' },
      { type: 'ai', content: '', tool_calls: [{ name: 'weather', args: { city: 'Paris' }, id: 'c1' }] },
      { type: 'tool', content: 'sunny', tool_call_id: 'c1' },
    ],
  ],
  ['the conventions’ own', CONVERSATION],
])('%s are one shape', (_whose, sent) => {
  expect(toMessages(sent, 'user')).toEqual(CONVERSATION);
  expect(toMessages(JSON.stringify(sent), 'user')).toEqual(CONVERSATION);
  expect(toMessages({ model: 'm', messages: sent }, 'user')).toEqual(CONVERSATION);
});

test('Anthropic’s content blocks, with thinking and a tool', () => {
  const sent = {
    system: 'Be brief.',
    messages: [
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.' },
          { type: 'tool_use', id: 'c1', name: 'weather', input: { city: 'Paris' } },
        ],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'text', text: 'sunny' }] }],
      },
    ],
  };
  expect(toMessages(sent, 'user')).toEqual([
    { role: 'system', parts: [text('Be brief.')] },
    { role: 'user', parts: [text('Weather?')] },
    { role: 'assistant', parts: [{ type: 'reasoning', content: 'Hm.' }, call] },
    { role: 'user', parts: [response] },
  ]);
});

test('Gemini’s contents and candidates', () => {
  expect(
    toMessages(
      {
        systemInstruction: { parts: [{ text: 'Be brief.' }] },
        contents: [
          { role: 'user', parts: [{ text: 'Weather?' }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }] },
          { role: 'model', parts: [{ functionCall: { id: 'c1', name: 'weather', args: { city: 'Paris' } } }] },
        ],
      },
      'user',
    ),
  ).toEqual([
    { role: 'system', parts: [text('Be brief.')] },
    {
      role: 'user',
      parts: [text('Weather?'), { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'AAAA' }],
    },
    { role: 'assistant', parts: [call] },
  ]);
  expect(
    toMessages(
      { candidates: [{ content: { role: 'model', parts: [{ text: 'hi' }] }, finishReason: 'MAX_TOKENS' }] },
      'assistant',
    ),
  ).toEqual([{ role: 'assistant', parts: [text('hi')], finish_reason: 'length' }]);
});

test('Bedrock’s converse', () => {
  expect(
    toMessages(
      [
        {
          role: 'assistant',
          content: [
            { text: 'Let me see.' },
            { toolUse: { toolUseId: 'c1', name: 'weather', input: { city: 'Paris' } } },
          ],
        },
      ],
      'assistant',
    ),
  ).toEqual([{ role: 'assistant', parts: [text('Let me see.'), call] }]);
});

test('choices are one message each, with why they ended', () => {
  const choices = [
    { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hi' } },
    { index: 1, finish_reason: 'length', message: { role: 'assistant', content: 'hello' } },
  ];
  expect(toMessages({ id: 'x', choices, usage: {} }, 'assistant')).toEqual([
    { role: 'assistant', parts: [text('hi')], finish_reason: 'stop' },
    { role: 'assistant', parts: [text('hello')], finish_reason: 'length' },
  ]);
});

test('what is no message is text, and nothing is dropped', () => {
  expect(toMessages('hi', 'user')).toEqual([{ role: 'user', parts: [text('hi')] }]);
  expect(toMessages(['a', 'b'], 'user')).toHaveLength(2);
  expect(toMessages({ question: 'who?' }, 'user')).toEqual([{ role: 'user', parts: [text('{"question":"who?"}')] }]);
  expect(toMessages("[HumanMessage(content='hi')]", 'user')).toEqual([
    { role: 'user', parts: [text("[HumanMessage(content='hi')]")] },
  ]);
  expect(toMessages('[{"role": "user", "content": "cut of', 'user')).toEqual([
    { role: 'user', parts: [text('cut of')] },
  ]);
  expect(toMessages('[1,2]', 'user')).toEqual([{ role: 'user', parts: [text('[1,2]')] }]);
  expect(toMessages([{ role: 'user', content: '[{"a":1}]' }], 'user')).toEqual([
    { role: 'user', parts: [text('[{"a":1}]')] },
  ]);
  expect(toMessages('', 'user')).toEqual([]);
});

test('a part of an unknown kind is kept as it came', () => {
  const part = { type: 'server_tool_call', id: 's1', name: 'search', server_tool_call: { type: 'web' } };
  expect(toMessages([{ role: 'assistant', parts: [part] }], 'assistant')).toEqual([
    { role: 'assistant', parts: [part] },
  ]);
});

test.each<[string, Json, Json]>([
  [
    'a URL',
    { type: 'image_url', image_url: { url: 'https://p.example/a.png' } },
    { type: 'uri', modality: 'image', uri: 'https://p.example/a.png' },
  ],
  [
    'a data URL',
    { type: 'input_image', image_url: 'data:image/png;base64,AAAA' },
    { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'AAAA' },
  ],
  [
    'Anthropic’s source',
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
    { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'AAAA' },
  ],
  ['an uploaded file', { type: 'input_file', file_id: 'f1' }, { type: 'file', modality: 'document', file_id: 'f1' }],
  [
    'sound',
    { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
    { type: 'blob', modality: 'audio', mime_type: 'wav', content: 'AAAA' },
  ],
])('media: %s', (_what, sent, part) => {
  expect(toMessages([{ role: 'user', content: [sent] }], 'user')).toEqual([{ role: 'user', parts: [part] }]);
});
