import type { ElasticsearchTransport } from '../client/index.js';

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

export const readCluster = async (transport: ElasticsearchTransport): Promise<ClusterFacts> => {
  const { version } = await transport.request<{ readonly version: { readonly number: string } }>({
    method: 'GET',
    path: '/',
  });
  if (!isFitting(version.number)) return { version: version.number, isFitting: false, dataNodes: 0 };
  const { number_of_data_nodes: dataNodes } = await transport.request<{ readonly number_of_data_nodes: number }>({
    method: 'GET',
    path: '/_cluster/health',
  });
  return { version: version.number, isFitting: true, dataNodes };
};
