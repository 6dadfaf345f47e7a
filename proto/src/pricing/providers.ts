/** Spellings of providers, and what the price book calls them. The first of a line are OpenTelemetry's own. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  anthropic: ['anthropic', 'claude'],
  aws: [
    'aws.bedrock',
    'aws_bedrock',
    'bedrock',
    'bedrock_converse',
    'amazon-bedrock',
    'amazon_bedrock',
    'aws',
    'amazon',
  ],
  azure: [
    ...['azure.ai.openai', 'azure.ai.inference', 'az.ai.openai', 'az.ai.inference', 'azure', 'azure_openai'],
    ...['azure-openai', 'azureopenai', 'azure_ai', 'azure_ai_inference'],
  ],
  baseten: ['baseten'],
  cerebras: ['cerebras'],
  cloudflare: ['cloudflare', 'workers-ai', 'workersai'],
  cohere: ['cohere', 'cohere_chat'],
  deepseek: ['deepseek', 'deepseek-ai'],
  fireworks: ['fireworks', 'fireworks_ai', 'fireworks-ai', 'fireworks.ai'],
  'github-copilot': ['github-copilot', 'github_copilot'],
  google: [
    ...['gcp.gemini', 'gcp.vertex_ai', 'gcp.gen_ai', 'google', 'gemini', 'vertex_ai', 'vertex_ai_beta', 'vertexai'],
    ...[
      'vertex-ai',
      'google_genai',
      'google-genai',
      'googleai',
      'google_vertexai',
      'vertex',
      'google-vertex',
      'google-gla',
      'google_ai_studio',
    ],
  ],
  groq: ['groq'],
  minimax: ['minimax'],
  mistral: ['mistral_ai', 'mistral', 'mistralai', 'mistral-ai'],
  moonshotai: ['moonshot_ai', 'moonshot', 'moonshotai', 'moonshot-ai'],
  novita: ['novita', 'novita_ai', 'novita-ai'],
  openai: ['openai', 'text-completion-openai'],
  openrouter: ['openrouter'],
  perplexity: ['perplexity'],
  together: ['together', 'together_ai', 'together-ai', 'togetherai', 'together.ai'],
  voyageai: ['voyageai', 'voyage', 'voyage_ai'],
  'x-ai': ['x_ai', 'xai', 'x-ai', 'grok'],
  zai: ['zai', 'z-ai', 'z.ai', 'z_ai'],
  zhipuai: ['zhipuai', 'zhipu', 'zhipu_ai'],
};

/** They pass calls on: the model's name says to whom. */
const GATEWAYS = ['litellm', 'litellm_proxy', 'gateway', 'vercel', 'vercel_ai_gateway', 'portkey', 'helicone'];

/** One's own machines, or contracts that no book has: a vendor's price for a model of that name would be wrong. */
const UNPRICED = [
  ...['ollama', 'ollama_chat', 'vllm', 'hosted_vllm', 'llama_cpp', 'llama.cpp', 'llamacpp', 'llamafile', 'lm_studio'],
  ...['lmstudio', 'lm-studio', 'localai', 'sglang', 'tgi', 'transformers', 'xinference', 'ibm.watsonx.ai', 'watsonx'],
  ...[
    'watsonx.ai',
    'huggingface',
    'hugging_face',
    'ibm',
    'replicate',
    'aws.sagemaker',
    'sagemaker',
    'nvidia',
    'nvidia_nim',
    'databricks',
  ],
];

/** Hosts of open models at prices of their own: what they don't list has no price. */
const HOSTS = new Set([
  ...['baseten', 'cerebras', 'cloudflare', 'fireworks', 'groq', 'novita', 'together', 'ovhcloud', 'doubleword'],
  ...['modal', 'avian', 'github-copilot', 'quicksilverpro', 'cursor'],
]);

/** `id` as the price book has it; null: a gateway, or unpriced. */
export interface ProviderRule {
  readonly id: string | null;
  readonly isUnpriced: boolean;
}

const RULES: ReadonlyMap<string, ProviderRule> = new Map([
  ...Object.entries(SPELLINGS).flatMap(([id, names]) =>
    names.map((name): [string, ProviderRule] => [name, { id, isUnpriced: false }]),
  ),
  ...GATEWAYS.map((name): [string, ProviderRule] => [name, { id: null, isUnpriced: false }]),
  ...UNPRICED.map((name): [string, ProviderRule] => [name, { id: null, isUnpriced: true }]),
]);

/** The rule of exactly this name; null: not in the tables. */
export const namedRuleOf = (name: string): ProviderRule | null => RULES.get(name.trim().toLowerCase()) ?? null;

/** The rule of a provider's name; `openai.chat` and `mistral.chat` are what they begin with. Null: not in the tables. */
export const providerRuleOf = (name: string): ProviderRule | null =>
  namedRuleOf(name) ?? namedRuleOf(name.split('.', 1)[0] ?? '');

/** Whether a model that this provider doesn't list may be priced as its vendor does. */
export const takesVendorPrices = (providerId: string): boolean =>
  !HOSTS.has(providerId) && !providerId.startsWith('huggingface_');
