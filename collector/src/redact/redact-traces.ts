import {
  eachField,
  OWNED,
  RESOURCE_SPANS,
  type RecordStage,
  type RecordStages,
  rewriteRequest,
} from 'noveum-proto/records';

import { redactButNames } from './keep-names.js';
import type { ProjectRedaction } from './project-redactions.js';
import { PROJECT_KEYS, type RedactionParts, type RedactRecord } from './record-redaction.js';

/** Spans that were refused to their sender are kept by nobody: they go before anything reads them. */
const dropRefused = (refused: readonly number[]): readonly RecordStage[] => {
  if (refused.length === 0) return [];
  const left = new Set(refused);
  let index = 0;
  return [() => (left.has(index++) ? 'drop' : undefined)];
};

/** Whether a request without a key has spans of a project with a rule. It reads the resources only. */
export const tracesHaveRules = (body: Uint8Array, { redactions, projects }: RedactionParts): boolean => {
  let found = false;
  eachField(body, 0, body.length, (tag, _start, content, end) => {
    if (tag !== RESOURCE_SPANS || found) return;
    let project = projects.ofNames();
    eachField(body, content, end, (inner, _innerStart, from, to) => {
      if (inner === OWNED.owner) project = projects.ofResource(body, from, to);
    });
    found = redactions.of(project) !== null;
  });
  return found;
};

/** Redacts OTLP spans: each resource by the rules of its project. Throws MalformedProtobuf where that can't be done. */
export const createRedactTraces = (parts: RedactionParts): RedactRecord => {
  const { redactions, projects } = parts;

  const bySender = (): RecordStages => {
    let current: ProjectRedaction | null = null;
    return {
      resource: [
        (resource) => {
          current = redactions.of(projects.ofNames(...PROJECT_KEYS.map((key) => resource.attribute(key))));
          if (current !== null) redactButNames(resource, current.stages.resource);
        },
      ],
      scope: [
        (scope) => {
          for (const stage of current?.stages.scope ?? []) stage(scope);
        },
      ],
      span: [
        (span) => {
          for (const stage of current?.stages.span ?? []) stage(span);
          return undefined;
        },
      ],
    };
  };

  return (record, project) => {
    const { body, refused } = record;
    const own = project === null ? null : redactions.of(project);
    if (project === null ? !tracesHaveRules(body, parts) : own === null) return record;
    const { span = [], ...owners } = own?.stages ?? bySender();
    const stages: RecordStages = { ...owners, span: [...dropRefused(refused), ...span] };
    return { ...record, refused: [], body: rewriteRequest(body, stages).request };
  };
};
