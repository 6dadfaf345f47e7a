import { type ElasticsearchTransport, NOTHING_THERE } from '../client/index.js';
import { NEEDED_VERSION, readCluster } from './cluster.js';
import { failureOf, install, type Installation, type MissingPart } from './install.js';
import { namesOf, type StoreNames } from './names.js';
import { mappingVersionOf, writeIndexBehind } from './write-index.js';

/** Whether a cluster can be written to, by one who is not to manage it. */
export type JoinOutcome =
  | { readonly status: 'ok' }
  /** `message` names what is missing. */
  | { readonly status: 'failed'; readonly missing: MissingPart | 'installation'; readonly message: string };

export interface Joining extends Installation {
  /** Whether policy, templates and first index may be made where none of them is there. */
  readonly mayInstall: boolean;
}

const failed = (message: string): JoinOutcome => ({ status: 'failed', missing: 'installation', message });

const isTemplateThere = async (transport: ElasticsearchTransport, { template }: StoreNames): Promise<boolean> =>
  'index_templates' in
  (await transport.request<object>(
    { method: 'GET', path: `/_index_template/${encodeURIComponent(template)}` },
    NOTHING_THERE,
  ));

/**
 * Looks whether what a collector installs is there, and of this version or a later one. What is there, or was, is never
 * changed: it may be of a collector with other settings. Rejects on faults of ours only.
 */
export const joinInstallation = async (joining: Joining): Promise<JoinOutcome> => {
  const { config, content, mayInstall, transport } = joining;
  const names = namesOf(config.prefix);
  try {
    const { isFitting, version } = await readCluster(transport);
    if (!isFitting)
      return {
        status: 'failed',
        missing: 'version',
        message: `Elasticsearch is of version ${version}; needed is ${NEEDED_VERSION}`,
      };
    const index = await writeIndexBehind(transport, names);
    if (index !== null) {
      const found = await mappingVersionOf(transport, index);
      return found >= content.version
        ? { status: 'ok' }
        : failed(`${index} is made for documents of version ${found}, needed is ${content.version}: start a collector`);
    }
    const missing = `there is no index behind the alias ${names.alias}`;
    if (!mayInstall) return failed(`${missing}: start a collector, or set the option install`);
    if (await isTemplateThere(transport, names))
      return failed(`${missing}, though its template is there: start a collector`);
    const outcome = await install({ transport, config, content });
    return outcome.status === 'ok' ? { status: 'ok' } : outcome;
  } catch (error) {
    const fault = transport.faultOf(error);
    if (fault === null) throw error;
    return failureOf(fault, 'look');
  }
};
