import type { SpanOptions } from '../span/index.js';

/** Methods of clients of model providers, by the end of their path. */
const METHODS: Readonly<Record<string, SpanOptions>> = {
  'chat.completions.create': { type: 'llm' },
  'chat.completions.parse': { type: 'llm' },
  'chat.completions.stream': { type: 'llm' },
  'completions.create': { type: 'llm', operation: 'text_completion' },
  'responses.create': { type: 'llm' },
  'responses.parse': { type: 'llm' },
  'messages.create': { type: 'llm' },
  'messages.stream': { type: 'llm' },
  'chat.complete': { type: 'llm' },
  'chat.stream': { type: 'llm' },
  'models.generateContent': { type: 'llm', operation: 'generate_content' },
  'models.generateContentStream': { type: 'llm', operation: 'generate_content' },
  generateContent: { type: 'llm', operation: 'generate_content' },
  generateContentStream: { type: 'llm', operation: 'generate_content' },
  'embeddings.create': { type: 'embedding' },
  'models.embedContent': { type: 'embedding' },
  embed: { type: 'embedding' },
  rerank: { type: 'rerank' },
};

const PROVIDERS: Readonly<Record<string, string>> = {
  OpenAI: 'openai',
  AzureOpenAI: 'azure.ai.openai',
  Anthropic: 'anthropic',
  AnthropicBedrock: 'aws.bedrock',
  AnthropicVertex: 'gcp.vertex_ai',
  GoogleGenAI: 'gcp.gemini',
  GoogleGenerativeAI: 'gcp.gemini',
  VertexAI: 'gcp.vertex_ai',
  Mistral: 'mistral_ai',
  Groq: 'groq',
  CohereClient: 'cohere',
  CohereClientV2: 'cohere',
  BedrockRuntimeClient: 'aws.bedrock',
};

/** The longest known end of the path says what the method does; undefined: it is none of a model's. */
export const modelCallAt = (path: string): SpanOptions | undefined => {
  const names = path.split('.');
  for (let from = 0; from < names.length; from++) {
    const end = names.slice(from).join('.');
    if (Object.hasOwn(METHODS, end)) return METHODS[end];
  }
  return undefined;
};

/** By the name of the client's class, or of one that it extends. */
export const providerOfClient = (client: object): string | undefined => {
  for (
    let at = Object.getPrototypeOf(client) as object | null;
    at !== null;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    const { name } = (at.constructor as { name?: unknown } | undefined) ?? {};
    if (typeof name === 'string' && Object.hasOwn(PROVIDERS, name)) return PROVIDERS[name];
  }
  return undefined;
};
