export { ACTIONS, type Action, type Kind, KINDS } from './kinds.js';
export type { AttributeRule, OwnPattern, RedactionOptions } from './options.js';
export type { CompiledPattern, CompilePattern, FindMatches } from './own-patterns.js';
export { type Re2Js, re2jsCompiler } from './re2js.js';
export {
  checkRedaction,
  createRedactor,
  RedactionOptionsError,
  type Redactor,
  type RedactorOutcome,
  type RedactorParts,
} from './redactor.js';
