import { type ElasticsearchTransport, type Fault, showFault } from '../client/index.js';
import { NEEDED_VERSION, readCluster } from './cluster.js';
import type { Installed } from './managed.js';
import { namesOf } from './names.js';
import { ensurePolicy } from './policy.js';
import type { IndexSettings } from './settings.js';
import { ensureTemplates, type IndexContent } from './templates.js';
import { ensureWriteIndex, type WriteIndexOutcome } from './write-index.js';

/** What an installation lacks. */
export type MissingPart = 'connection' | 'login' | 'right' | 'version' | 'lifecycle' | 'name' | 'other';

export interface InstallReport {
  /** Of Elasticsearch. */
  readonly version: string;
  readonly policy: Installed;
  readonly templates: Readonly<Record<string, Installed>>;
  readonly writeIndex: WriteIndexOutcome;
  /** False: policies are kept, but don't act (`POST _ilm/start`). */
  readonly isLifecycleRunning: boolean;
}

/** `message` names what is missing, for logs and health. */
export interface InstallFailure {
  readonly status: 'failed';
  readonly missing: MissingPart;
  readonly message: string;
}

export type InstallOutcome = { readonly status: 'ok'; readonly report: InstallReport } | InstallFailure;

export interface Installation {
  readonly transport: ElasticsearchTransport;
  readonly config: IndexSettings;
  readonly content: IndexContent;
}

/** One part of the installation, with the right that it takes. */
interface Step {
  readonly does: string;
  readonly right: string;
}

const STEPS = {
  cluster: { does: 'asking for version and nodes', right: '"monitor" on the cluster' },
  status: { does: 'asking whether lifecycle policies act', right: '"read_ilm" on the cluster' },
  policy: { does: 'installing the lifecycle policy', right: '"manage_ilm" on the cluster' },
  templates: { does: 'installing the index template', right: '"manage_index_templates" on the cluster' },
  look: {
    does: 'looking for the index of traces',
    right: '"monitor" on the cluster or "view_index_metadata" on the indices',
  },
  index: { does: 'making the first index', right: '"manage" and "create_index" on the indices' },
} as const satisfies Readonly<Record<string, Step>>;

const failed = (missing: MissingPart, message: string): InstallFailure => ({ status: 'failed', missing, message });

export const failureOf = (fault: Fault, step: keyof typeof STEPS): InstallFailure => {
  const { does, right } = STEPS[step];
  const shown = `Elasticsearch ${showFault(fault)} (${does})`;
  switch (fault.kind) {
    case 'unauthorized':
      return failed('login', `${shown}: API key or password is missing or not valid`);
    case 'forbidden':
      return failed('right', `${shown}: the right ${right} is missing`);
    case 'unsupported':
      return step === 'policy' || step === 'status'
        ? failed('lifecycle', `${shown}: this cluster has no index lifecycle management (ILM)`)
        : failed('version', `${shown}: this is no Elasticsearch ${NEEDED_VERSION}`);
    case 'unreachable':
    case 'overloaded':
      return failed('connection', shown);
    default:
      return failed('other', shown);
  }
};

/**
 * Makes a cluster ready for traces: policy, templates, first index, alias. What is there and right stays, what a later
 * version wrote stays, so it may be done at every start and by any number of collectors at once. It may be repeated
 * until it succeeds; rejects on faults of ours only.
 */
export const install = async ({ transport, config, content }: Installation): Promise<InstallOutcome> => {
  const names = namesOf(config.prefix);
  let step: keyof typeof STEPS = 'cluster';
  try {
    const { version, isFitting, dataNodes } = await readCluster(transport);
    if (!isFitting) return failed('version', `Elasticsearch is of version ${version}; needed is ${NEEDED_VERSION}`);
    step = 'status';
    const { operation_mode: mode } = await transport.request<{ readonly operation_mode: string }>({
      method: 'GET',
      path: '/_ilm/status',
    });
    step = 'policy';
    const policy = await ensurePolicy(transport, names.policy, config.lifecycle, dataNodes);
    step = 'templates';
    const templates = await ensureTemplates({ transport, names, config, content, dataNodes });
    const foreign = Object.entries(templates).find(([, installed]) => installed === 'foreign');
    if (foreign !== undefined) return failed('name', `the template ${foreign[0]} is there and not the collector's`);
    step = 'index';
    const writeIndex = await ensureWriteIndex(transport, names);
    if (writeIndex === 'taken') return failed('name', `${names.alias} is an index, where it has to be an alias`);
    return { status: 'ok', report: { version, policy, templates, writeIndex, isLifecycleRunning: mode === 'RUNNING' } };
  } catch (error) {
    const fault = transport.faultOf(error);
    if (fault === null) throw error;
    return failureOf(fault, step);
  }
};
