import type { CompilePattern } from './own-patterns.js';

/** The part of the package `re2js` that is used. */
export interface Re2Js {
  readonly RE2JS: {
    compile(source: string, flags?: number): { matcher(text: string): Re2JsMatcher };
    readonly CASE_INSENSITIVE: number;
    readonly MULTILINE: number;
    readonly DOTALL: number;
  };
}

interface Re2JsMatcher {
  find(): boolean;
  start(): number;
  end(): number;
}

function* matchesOf(matcher: Re2JsMatcher): Generator<readonly [number, number]> {
  while (matcher.find()) if (matcher.end() > matcher.start()) yield [matcher.start(), matcher.end()];
}

/**
 * Own patterns by RE2 (https://github.com/google/re2/wiki/Syntax), whose time is linear in the text whatever the pattern.
 * `re2js` comes as an argument, so that only who has patterns needs the package.
 */
export const re2jsCompiler =
  ({ RE2JS }: Re2Js): CompilePattern =>
  (source, flags) => {
    const bits =
      (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
      (flags.includes('m') ? RE2JS.MULTILINE : 0) |
      (flags.includes('s') ? RE2JS.DOTALL : 0);
    try {
      const pattern = RE2JS.compile(source, bits);
      return { status: 'ok', find: (text) => matchesOf(pattern.matcher(text)) };
    } catch {
      return {
        status: 'refused',
        rule: 'a pattern that RE2 accepts: no back-references, no look-around, all brackets closed',
      };
    }
  };
