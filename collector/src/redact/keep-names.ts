import type { ResourceRecord } from 'noveum-proto/records';

import type { ProjectRedaction } from './project-redactions.js';
import { PROJECT_KEYS } from './record-redaction.js';

/** Redacts a resource whose sender has no key: what names its project stays, or the spans would go to another one. */
export const redactButNames = (resource: ResourceRecord, stages: ProjectRedaction['stages']['resource']): void => {
  const sent = PROJECT_KEYS.map((key) => [key, resource.attribute(key)] as const);
  for (const stage of stages) stage(resource);
  for (const [key, value] of sent)
    if (typeof value === 'string' && resource.attribute(key) !== value) resource.setAttribute(key, value);
};
