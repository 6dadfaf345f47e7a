import { inputMessagesOf, systemPartsOf } from './index.js';

const asked = (...messages: object[]) => inputMessagesOf({ messages });
const text = (content: string) => ({ type: 'text', content });

test("OpenAI's calls of tools, and what these answer", () => {
  expect(
    asked(
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'image_url', image_url: { url: 'u' } },
        ],
      },
      { role: 'assistant', content: null, tool_calls: [{ id: 't', function: { name: 'f', arguments: '{"a":1}' } }] },
      { role: 'tool', tool_call_id: 't', content: '42' },
    ),
  ).toEqual([
    { role: 'user', parts: [text('Hi'), { type: 'image_url', image_url: { url: 'u' } }] },
    { role: 'assistant', parts: [{ type: 'tool_call', id: 't', name: 'f', arguments: { a: 1 } }] },
    { role: 'tool', parts: [{ type: 'tool_call_response', id: 't', response: '42' }] },
  ]);
});

test("Anthropic's", () => {
  expect(
    asked(
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm' },
          { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'ok' }] },
    ),
  ).toEqual([
    {
      role: 'assistant',
      parts: [
        { type: 'reasoning', content: 'hm' },
        { type: 'tool_call', id: 't', name: 'f', arguments: { a: 1 } },
      ],
    },
    { role: 'user', parts: [{ type: 'tool_call_response', id: 't', response: 'ok' }] },
  ]);
  expect(systemPartsOf({ system: 'Be brief' })).toEqual([text('Be brief')]);
});

test("Gemini's, and the Responses API's items", () => {
  const contents = [{ role: 'model', parts: [{ text: 'a' }, { functionCall: { name: 'f', args: { b: 2 } } }] }];
  expect(inputMessagesOf({ contents })).toEqual([
    { role: 'assistant', parts: [text('a'), { type: 'tool_call', name: 'f', arguments: { b: 2 } }] },
  ]);
  const input = [
    { role: 'user', content: [{ type: 'input_text', text: 'q' }] },
    { type: 'function_call', call_id: 'c', name: 'f', arguments: 'not JSON' },
    { type: 'function_call_output', call_id: 'c', output: 'r' },
  ];
  expect(inputMessagesOf({ input })).toEqual([
    { role: 'user', parts: [text('q')] },
    { role: 'assistant', parts: [{ type: 'tool_call', id: 'c', name: 'f', arguments: 'not JSON' }] },
    { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c', response: 'r' }] },
  ]);
  expect(systemPartsOf({ config: { systemInstruction: { parts: [{ text: 's' }] } } })).toEqual([text('s')]);
});

test('what is no conversation is none', () => {
  for (const request of [undefined, 5, {}, [1, 2], { messages: [1] }, { input: ['a'] }])
    expect(inputMessagesOf(request)).toBeUndefined();
  expect(systemPartsOf({})).toEqual([]);
});
