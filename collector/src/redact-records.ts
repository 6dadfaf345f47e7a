import { compilePatterns, type RedactionRule } from './config/index.js';
import { senderProjects } from './normalise/index.js';
import {
  createProjectRedactions,
  createRecordRedaction,
  type ProjectRedactions,
  type RecordRedaction,
} from './redact/index.js';

/** What redacts records by the rules of their projects, on whichever thread. */
export const redactionBy = (
  rules: readonly RedactionRule[],
): RecordRedaction & { readonly redactions: ProjectRedactions } => {
  const redactions = createProjectRedactions(rules, ({ options: { patterns = [] } }) =>
    patterns.length === 0 ? {} : { compile: compilePatterns() },
  );
  return { redactions, ...createRecordRedaction({ redactions, projects: senderProjects }) };
};
