import type { Attributes } from '@opentelemetry/api';

import type { AttributeMap, ResolvedOptions } from '../options/index.js';

export interface Distribution {
  readonly name: string;
  readonly version: string;
}

type Described = Pick<
  ResolvedOptions,
  'serviceName' | 'serviceVersion' | 'environment' | 'project' | 'dataResidency' | 'resourceAttributes'
>;

const known = (attributes: Readonly<Record<string, string | null | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );

/** OpenTelemetry's type allows no read-only lists, though nothing of it changes them. */
const asAttributes = (attributes: AttributeMap): Attributes => attributes as Attributes;

/** What the application says of itself; over all what has an option of its own. */
export const toldOfResource = (options: Described): AttributeMap => ({
  ...options.resourceAttributes,
  ...known({
    'service.name': options.serviceName,
    'service.version': options.serviceVersion,
    'deployment.environment.name': options.environment,
    'noveum.project': options.project,
    'noveum.data_residency.region': options.dataResidency?.region,
  }),
});

/**
 * What every span says of where it was made, by the names of OpenTelemetry's semantic conventions: the distribution,
 * the runtime, and what the application says.
 */
export const resourceAttributesOf = (
  options: Described,
  distribution: Distribution,
  runtime: AttributeMap,
): Attributes => ({
  'telemetry.distro.name': distribution.name,
  'telemetry.distro.version': distribution.version,
  ...asAttributes(runtime),
  ...asAttributes(toldOfResource(options)),
});
