import { type Convert, isList, isRecord, texts } from './convert.js';

const REASONS: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  complete: 'stop',
  completed: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  stop_token: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  max_output_tokens: 'length',
  max_token: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'length',
  incomplete: 'length',
  tool_calls: 'tool_call',
  tool_use: 'tool_call',
  function_call: 'tool_call',
  safety: 'content_filter',
  content_filtered: 'content_filter',
  recitation: 'content_filter',
  refusal: 'content_filter',
  blocklist: 'content_filter',
  prohibited_content: 'content_filter',
  spii: 'content_filter',
  image_safety: 'content_filter',
  guardrail_intervened: 'content_filter',
  error_toxic: 'content_filter',
  malformed_function_call: 'error',
  failed: 'error',
};

const reasons = new Map(Object.entries(REASONS));

/** A provider's word for why it ended as the specification's: stop, length, content_filter, tool_call, error. */
export const toFinishReason = (word: string): string => {
  const plain = word
    .trim()
    .replace(/^FinishReason\.|^FINISH_REASON_/i, '')
    .toLowerCase()
    .replaceAll('-', '_');
  return reasons.get(plain) ?? plain;
};

export const toFinishReasons: Convert = (value) => {
  const sent = texts(isRecord(value) ? (value.unified ?? value.raw ?? null) : value);
  return isList(sent) ? sent.flatMap((word) => (typeof word === 'string' ? toFinishReason(word) : [])) : undefined;
};
