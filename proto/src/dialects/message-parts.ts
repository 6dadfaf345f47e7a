import type { Attributes, Json } from '../document/index.js';
import { isList, isRecord } from './convert.js';
import { lenientJson } from './lenient-json.js';

/** A part of a message as the semantic conventions shape it; of an unknown kind it is kept as it came. */
export type Part = Attributes;

type ToPart = (part: Attributes) => Part | readonly Part[];

const first = (...values: readonly (Json | undefined)[]): Json | undefined =>
  values.find((value) => value !== undefined && value !== null);

const withKnown = (type: string, fields: Readonly<Record<string, Json | undefined>>): Part =>
  Object.fromEntries([
    ['type', type],
    ...Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined && entry[1] !== null),
  ]);

/** The text of a value that may be a list of texts or of parts with texts. */
const plainText = (value: Json | undefined): string => {
  if (typeof value === 'string') return value;
  if (isList(value)) return value.map(plainText).join('\n');
  if (isRecord(value)) return plainText(first(value.text, value.content) ?? JSON.stringify(value));
  return value === undefined || value === null ? '' : JSON.stringify(value);
};

export const textPart = (content: string): Part => ({ type: 'text', content });

const toText: ToPart = (part) => textPart(plainText(first(part.content, part.text, part.value)));

const toReasoning: ToPart = (part) => ({
  type: 'reasoning',
  content: plainText(first(part.content, part.text, part.thinking, part.reasoningText, part.summary)),
});

const structured = (value: Json | undefined): Json | undefined =>
  value === undefined ? undefined : lenientJson(value);

/** Of OpenAI, Anthropic, Gemini, Bedrock, Vercel, LangChain, Genkit, OpenInference. */
export const toToolCall: ToPart = (sent) => {
  const part = isRecord(sent.tool_call) ? sent.tool_call : sent;
  const called = isRecord(part.function) ? part.function : part;
  return withKnown('tool_call', {
    id: first(part.tool_call_id, part.call_id, part.toolCallId, part.toolUseId, part.id, part.ref),
    name: first(called.name, part.toolName, part.tool_name),
    arguments: structured(first(called.arguments, called.args, called.input, called.parameters)),
  });
};

/** Results of tools in the Vercel AI SDK name their own kind: `{type: 'text', value}`. */
const resultOf = (part: Attributes): Json | undefined => {
  const sent = structured(first(part.response, part.result, part.output, part.content, part.error));
  if (isRecord(sent) && typeof sent.type === 'string' && sent.value !== undefined) return sent.value;
  const isText =
    isList(sent) && sent.length > 0 && sent.every((item) => isRecord(item) && typeof item.text === 'string');
  return isText ? plainText(sent) : sent;
};

const toToolResult: ToPart = (part) =>
  withKnown('tool_call_response', {
    id: first(part.tool_call_id, part.call_id, part.toolCallId, part.tool_use_id, part.toolUseId, part.id, part.ref),
    name: first(part.name, part.toolName, part.tool_name),
    response: resultOf(part),
  });

const DATA_URL = /^data:([^;,]*)[^,]*;base64,(.*)$/s;

/** A file says by its type what it is. */
const modalityOf = (mimeType: Json | undefined): string | undefined => {
  if (typeof mimeType !== 'string' || !mimeType.includes('/')) return undefined;
  return /^(image|audio|video)\//.exec(mimeType)?.[1] ?? 'document';
};

const mediaPart = (modality: string, source: Json | undefined, mimeType: Json | undefined): Part => {
  if (isRecord(source)) {
    if (source.type === 'file' || source.file_id !== undefined)
      return withKnown('file', { modality, file_id: source.file_id });
    const type = first(
      mimeType,
      source.media_type,
      source.mime_type,
      source.mimeType,
      source.mediaType,
      source.contentType,
      source.format,
    );
    const within = first(
      source.url,
      source.uri,
      source.data,
      source.bytes,
      source.image,
      source.audio,
      source.file_data,
      source.file_url,
    );
    return mediaPart(modality, within ?? null, type);
  }
  const text = typeof source === 'string' ? source : '';
  const data = DATA_URL.exec(text);
  const type = data?.[1] ?? mimeType;
  const kind = modalityOf(type) ?? modality;
  if (data !== null) return withKnown('blob', { modality: kind, mime_type: type, content: data[2] });
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return withKnown('uri', { modality: kind, mime_type: type, uri: text });
  return withKnown('blob', { modality: kind, mime_type: type, content: text });
};

const media =
  (modality: string): ToPart =>
  (part) => {
    // Already a part of the conventions.
    if (typeof part.modality === 'string') return part;
    if (part.file_id !== undefined) return withKnown('file', { modality, file_id: part.file_id });
    return mediaPart(
      modality,
      first(
        part.image_url,
        part.video_url,
        part.video,
        part.input_audio,
        part.source,
        part.image,
        part.audio,
        part.file,
        part.data,
        part.base64,
        part.url,
        part.file_url,
        part.file_data,
      ),
      first(part.mediaType, part.mimeType, part.mime_type),
    );
  };

/** By the part's own word for its kind. */
const BY_TYPE: Readonly<Record<string, ToPart>> = {
  text: toText,
  input_text: toText,
  output_text: toText,
  reasoning: toReasoning,
  thinking: toReasoning,
  tool_call: toToolCall,
  'tool-call': toToolCall,
  tool_use: toToolCall,
  function_call: toToolCall,
  function: toToolCall,
  custom_tool_call: toToolCall,
  tool_call_response: toToolResult,
  'tool-result': toToolResult,
  'tool-error': toToolResult,
  tool_result: toToolResult,
  function_call_output: toToolResult,
  custom_tool_call_output: toToolResult,
  image: media('image'),
  image_url: media('image'),
  input_image: media('image'),
  audio: media('audio'),
  input_audio: media('audio'),
  file: media('document'),
  input_file: media('document'),
  document: media('document'),
  video: media('video'),
  video_url: media('video'),
};

const byType = new Map(Object.entries(BY_TYPE));

const inner = (value: Json | undefined): Attributes => (isRecord(value) ? value : {});

const ofInner = (held: Json | undefined): Part | readonly Part[] => {
  const { fileUri, file_uri: uri, ...rest } = inner(held);
  return media('image')({ source: { ...rest, url: first(rest.url, fileUri, uri) ?? null } });
};

/** By the one key that tells the kind: Gemini, Bedrock, Genkit, OpenInference. */
const BY_KEY: Readonly<Record<string, ToPart>> = {
  message_content: (part) => partOf(inner(part.message_content)),
  functionCall: (part) => toToolCall(inner(part.functionCall)),
  function_call: (part) => toToolCall(inner(part.function_call)),
  toolUse: (part) => toToolCall(inner(part.toolUse)),
  toolRequest: (part) => toToolCall(inner(part.toolRequest)),
  functionResponse: (part) => toToolResult(inner(part.functionResponse)),
  function_response: (part) => toToolResult(inner(part.function_response)),
  toolResult: (part) => toToolResult(inner(part.toolResult)),
  toolResponse: (part) => toToolResult(inner(part.toolResponse)),
  reasoningContent: (part) => toReasoning(inner(part.reasoningContent)),
  inlineData: (part) => ofInner(part.inlineData),
  inline_data: (part) => ofInner(part.inline_data),
  fileData: (part) => ofInner(part.fileData),
  file_data: (part) => ofInner(part.file_data),
  media: (part) => ofInner(part.media),
  text: (part) => (part.thought === true ? toReasoning(part) : toText(part)),
};

export const partOf: ToPart = (part) => {
  const known = typeof part.type === 'string' ? byType.get(part.type) : undefined;
  if (known !== undefined) return known(part);
  if (typeof part.type === 'string') return part;
  const key = Object.keys(BY_KEY).find((name) => part[name] !== undefined && part[name] !== null);
  const read = key === undefined ? undefined : BY_KEY[key];
  return read === undefined ? { type: 'json', content: part } : read(part);
};

/** Whatever a content may be: a text, a part, or a list of these. */
export const partsOf = (content: Json | undefined): Part[] => {
  if (content === undefined || content === null || content === '') return [];
  if (typeof content === 'string') return [textPart(content)];
  if (isList(content)) return content.flatMap(partsOf);
  return isRecord(content) ? [partOf(content)].flat() : [textPart(JSON.stringify(content))];
};

/** Whether a record is a part that one key alone tells, as Bedrock's and Gemini's are. */
export const isKeyedPart = (value: Json): boolean => {
  const [key, ...others] = isRecord(value) ? Object.keys(value) : [];
  return key !== undefined && others.length === 0 && Object.hasOwn(BY_KEY, key);
};

/** Whether a record looks like a part of a message rather than a message. */
export const isPart = (value: Json): boolean =>
  isRecord(value) &&
  value.role === undefined &&
  ((typeof value.type === 'string' && byType.has(value.type)) || value.message_content !== undefined);
