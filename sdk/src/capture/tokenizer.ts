import { NoveumError } from '../errors/index.js';
import { currentRuntime } from '../runtime/index.js';

/** How many tokens a text is. */
export type CountTokens = (text: string) => number;

const PLACE = Symbol.for('noveum.trace.tokenizer.v1');

/** Shared by copies of this package, as the runtime is. */
const holder = globalThis as { [PLACE]?: CountTokens | undefined };

export const tokenCounter = (): CountTokens | undefined => holder[PLACE];

/** An optional peer, found when it is asked for and not when this package is built. */
const OPTIONAL_PEER = 'gpt-tokenizer' as string;

interface GptTokenizer {
  readonly countTokens: (text: string, options: { readonly disallowedSpecial: ReadonlySet<string> }) => number;
}

const loadPeer = async (): Promise<CountTokens> => {
  const { countTokens } = (await import(OPTIONAL_PEER)) as GptTokenizer;
  // What looks like a special token is text where a model has said it.
  const options = { disallowedSpecial: new Set<string>() };
  return (text) => countTokens(text, options);
};

/**
 * Counts the tokens of answers that stream in without their provider telling how many: by the function given, else by
 * the package `gpt-tokenizer`, which is loaded now (large: give it a second). Such counts are marked with
 * `noveum.usage.estimated`. `null`: no longer. False: the package isn't there, and `onError` is told.
 */
export const useTokenizer = async (countTokens?: CountTokens | null): Promise<boolean> => {
  if (countTokens !== undefined) {
    holder[PLACE] = countTokens ?? undefined;
    return true;
  }
  try {
    holder[PLACE] = await loadPeer();
    return true;
  } catch (cause) {
    const missing = new NoveumError('missing_peer', 'gpt-tokenizer is not installed', { cause });
    currentRuntime()?.onError(missing, 'useTokenizer');
    return false;
  }
};
