import { redactStage, type RedactStages } from 'noveum-proto/records';
import { createRedactor, type Redactor, type RedactorParts } from 'noveum-proto/redaction';

import type { RedactionRule } from '../config/index.js';

/** What is done for a project, ready to use. */
export interface ProjectRedaction {
  readonly redactor: Redactor;
  readonly stages: RedactStages;
}

/** By kind, how often something was replaced. */
export type RedactionCounts = Readonly<Record<string, number>>;

export interface ProjectRedactions {
  /** Null: the project's requests stay as they came. */
  readonly of: (project: string) => ProjectRedaction | null;
  /** By project as rules name it, what was replaced since the last call. */
  readonly takeCounts: () => Readonly<Record<string, RedactionCounts>>;
}

/** The name of a rule for all projects that none names. */
export const OTHERS = '*';

/** Of the projects that rules name one each, so that each has its own counts. */
export const createProjectRedactions = (
  rules: readonly RedactionRule[],
  partsOf: (rule: RedactionRule) => RedactorParts,
): ProjectRedactions => {
  const byName = new Map<string, ProjectRedaction | null>();
  for (const rule of rules)
    for (const project of rule.projects) {
      if (!rule.enabled) {
        byName.set(project, null);
        continue;
      }
      const redactor = createRedactor(rule.options, partsOf(rule));
      byName.set(project, { redactor, stages: redactStage(redactor, rule.options.attributes !== undefined) });
    }
  const others = byName.get(OTHERS) ?? null;
  const taken = new Map<string, RedactionCounts>();

  const increments = (name: string, counts: RedactionCounts): RedactionCounts => {
    const before = taken.get(name) ?? {};
    taken.set(name, counts);
    const added = Object.entries(counts).map(([kind, count]) => [kind, count - (before[kind] ?? 0)] as const);
    return Object.fromEntries(added.filter(([, count]) => count > 0));
  };

  return {
    of: (project) => {
      const own = byName.get(project);
      return own === undefined ? others : own;
    },
    takeCounts: () =>
      Object.fromEntries(
        [...byName].flatMap(([name, redaction]) => {
          const counts = redaction === null ? {} : increments(name, redaction.redactor.counts());
          return Object.keys(counts).length === 0 ? [] : [[name, counts] as const];
        }),
      ),
  };
};
