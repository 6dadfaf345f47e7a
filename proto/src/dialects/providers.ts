import type { Json } from '../document/index.js';
import type { Convert } from './convert.js';

/** Spellings of `gen_ai.provider.name`, in lower case. */
const PROVIDERS: Readonly<Record<string, string>> = {
  'az.ai.inference': 'azure.ai.inference',
  azure_ai_inference: 'azure.ai.inference',
  azure_ai: 'azure.ai.inference',
  'az.ai.openai': 'azure.ai.openai',
  azure: 'azure.ai.openai',
  azure_openai: 'azure.ai.openai',
  azureopenai: 'azure.ai.openai',
  'azure-openai': 'azure.ai.openai',
  aws: 'aws.bedrock',
  amazon: 'aws.bedrock',
  bedrock: 'aws.bedrock',
  amazon_bedrock: 'aws.bedrock',
  'amazon-bedrock': 'aws.bedrock',
  aws_bedrock: 'aws.bedrock',
  bedrock_converse: 'aws.bedrock',
  google: 'gcp.gen_ai',
  google_genai: 'gcp.gemini',
  'google-genai': 'gcp.gemini',
  googleai: 'gcp.gemini',
  'google-gla': 'gcp.gemini',
  gemini: 'gcp.gemini',
  'google.generative-ai': 'gcp.gemini',
  'google.generativeai': 'gcp.gemini',
  google_ai_studio: 'gcp.gemini',
  vertex_ai: 'gcp.vertex_ai',
  vertexai: 'gcp.vertex_ai',
  vertex: 'gcp.vertex_ai',
  'google-vertex': 'gcp.vertex_ai',
  google_vertexai: 'gcp.vertex_ai',
  'google.vertex': 'gcp.vertex_ai',
  'gcp.vertex.agent': 'gcp.vertex_ai',
  mistral: 'mistral_ai',
  mistralai: 'mistral_ai',
  'mistral-ai': 'mistral_ai',
  xai: 'x_ai',
  'x-ai': 'x_ai',
  grok: 'x_ai',
  watsonx: 'ibm.watsonx.ai',
  'watsonx.ai': 'ibm.watsonx.ai',
  ibm: 'ibm.watsonx.ai',
  moonshot: 'moonshot_ai',
  moonshotai: 'moonshot_ai',
  togetherai: 'together_ai',
  together: 'together_ai',
  huggingface: 'huggingface',
  hugging_face: 'huggingface',
  'openai.com': 'openai',
  'api.openai.com': 'openai',
};

/** Names of the Vercel AI SDK stand before a dot: `openai.chat`, `azure.responses`. */
const VERCEL: Readonly<Record<string, string>> = {
  azure: 'azure.ai.inference',
  google: 'gcp.gemini',
};

/** Of whole names that have a dot of their own. */
const CANONICAL = new Set([
  'aws.bedrock',
  'azure.ai.inference',
  'azure.ai.openai',
  'gcp.gemini',
  'gcp.gen_ai',
  'gcp.vertex_ai',
  'ibm.watsonx.ai',
]);

const providers = new Map(Object.entries(PROVIDERS));
const vercel = new Map(Object.entries(VERCEL));

/** What the Vercel AI SDK puts after a provider's name: the API. */
const API =
  /\.(?:chat|responses|messages|completions?|embeddings?|textembedding|text-embedding|image|speech|transcription|rerank(?:ing)?|generative-ai)$/;

const spelled = (name: string): string => {
  if (CANONICAL.has(name)) return name;
  const known = providers.get(name);
  if (known !== undefined) return known;
  // google.vertex.chat, vertex.anthropic.messages: the longest beginning that is known.
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const beginning = name.slice(0, dot);
    const meant = CANONICAL.has(beginning) ? beginning : (vercel.get(beginning) ?? providers.get(beginning));
    if (meant !== undefined) return meant;
  }
  return name.replace(API, '');
};

const HELD_NAMES = 1000;
const held = new Map<string, string>();

/** The well-known name of a provider, whatever its spelling; others in lower case. */
export const toProvider: Convert = (value: Json): Json | undefined => {
  if (typeof value !== 'string' || value === '') return undefined;
  const known = held.get(value);
  if (known !== undefined) return known;
  const provider = spelled(value.trim().toLowerCase());
  if (held.size < HELD_NAMES) held.set(value, provider);
  return provider;
};

/** As `toProvider`, with a dialect's own meanings of some names, in lower case. */
export const toProviderOf = (own: Readonly<Record<string, string>>): Convert => {
  const meanings = new Map(Object.entries(own));
  return (value) => (typeof value === 'string' ? (meanings.get(value.toLowerCase()) ?? toProvider(value)) : undefined);
};

const FRAMEWORKS = new Set([
  'langchain',
  'langgraph',
  'llamaindex',
  'llama_index',
  'crewai',
  'haystack',
  'autogen',
  'agno',
  'mastra',
  'litellm',
  'openai_agents',
  'pydantic_ai',
  'semantic_kernel',
  'smolagents',
  'strands-agents',
]);

/** Frameworks put their own name where a provider's belongs. */
export const isFramework = (provider: string): boolean => FRAMEWORKS.has(provider);
