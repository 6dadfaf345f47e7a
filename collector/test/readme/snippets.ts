export interface Snippet {
  /** What the comment before the block says: `test` runs it, `no-test` gives the reason why not, `file` names its source. */
  readonly mark: 'test' | 'no-test' | 'file' | null;
  readonly value: string;
  readonly language: string;
  readonly code: string;
}

const BLOCK = /(?:<!-- (test|no-test|file): (.+?) -->\n)?^```(\w+)\n([\s\S]*?)^```$/gm;

/** The fenced blocks of a Markdown text, in order, each with the mark of the comment line right before it. */
export const readSnippets = (markdown: string): readonly Snippet[] =>
  [...markdown.matchAll(BLOCK)].map(([, mark, value, language, code]) => ({
    mark: (mark ?? null) as Snippet['mark'],
    value: value ?? '',
    language: language ?? '',
    code: code ?? '',
  }));
