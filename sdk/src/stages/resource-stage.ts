import type { AttributeMap } from '../options/index.js';
import type { ResourceRecord } from 'noveum-proto/records';

/** Where spans are sent to, which the options alone know; of all else the resource's own word stands. */
const OURS: ReadonlySet<string> = new Set(['noveum.project', 'noveum.data_residency.region']);

/** OpenTelemetry's name for a service that nobody has named. */
const isUnknown = (value: unknown): boolean =>
  value === undefined || (typeof value === 'string' && value.startsWith('unknown_service'));

/** Adds what the options say of the application to a resource that another set-up has made. */
export const resourceStage =
  (attributes: AttributeMap) =>
  (record: ResourceRecord): void => {
    for (const [name, value] of Object.entries(attributes))
      if (OURS.has(name) || isUnknown(record.attribute(name))) record.setAttribute(name, value);
  };
