import type { Client } from '@elastic/elasticsearch';

const LEAST_VERSION = [8, 3] as const;
const FIRST_UNKNOWN_MAJOR = 10;

export interface ClusterFacts {
  readonly version: string;
  readonly isFitting: boolean;
  readonly dataNodes: number;
}

export const NEEDED_VERSION = `${LEAST_VERSION.join('.')} or newer, below ${FIRST_UNKNOWN_MAJOR}`;

const isFitting = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major >= FIRST_UNKNOWN_MAJOR) return false;
  return major > LEAST_VERSION[0] || (major === LEAST_VERSION[0] && minor >= LEAST_VERSION[1]);
};

export const readCluster = async (client: Client): Promise<ClusterFacts> => {
  const { version } = await client.info();
  if (!isFitting(version.number)) return { version: version.number, isFitting: false, dataNodes: 0 };
  const { number_of_data_nodes: dataNodes } = await client.cluster.health();
  return { version: version.number, isFitting: true, dataNodes };
};
