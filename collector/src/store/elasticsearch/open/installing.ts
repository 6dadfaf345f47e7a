import type { InstallOutcome, InstallReport, MissingPart } from 'noveum-proto/elasticsearch';

/** Whether a cluster can be used, and if not what it lacks. */
export type ClusterState =
  | { readonly status: 'ready'; readonly report: InstallReport }
  /** `code` begins with `ELASTICSEARCH_`; `message` names what is missing, without any value. */
  | { readonly status: 'waiting'; readonly code: string; readonly message: string };

/** Thrown where something is asked of a cluster that is not ready. */
export class ClusterNotReady extends Error {
  override readonly name = 'ClusterNotReady';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface InstallingOptions {
  readonly install: () => Promise<InstallOutcome>;
  /** Told of each state that differs from the one before. */
  readonly onState: (state: ClusterState) => void;
  /** Runs the task once after so long, unless what it returns is called before. */
  readonly later: (millis: number, task: () => void) => () => void;
}

/** Makes a cluster ready, again and again until it is. */
export interface Installing {
  isReady(): boolean;
  /** Throws ClusterNotReady. */
  check(): void;
  /** What was installed is gone: it is installed anew. */
  again(): void;
  close(): void;
}

const FIRST_PAUSE_MILLIS = 500;
const LONGEST_PAUSE_MILLIS = 10_000;

const CODES: Readonly<Record<MissingPart, string>> = {
  connection: 'ELASTICSEARCH_UNREACHABLE',
  login: 'ELASTICSEARCH_LOGIN',
  right: 'ELASTICSEARCH_RIGHT',
  version: 'ELASTICSEARCH_VERSION',
  lifecycle: 'ELASTICSEARCH_LIFECYCLE',
  name: 'ELASTICSEARCH_NAME',
  other: 'ELASTICSEARCH_INSTALL',
};

const BEGUN: ClusterState = {
  status: 'waiting',
  code: 'ELASTICSEARCH_STARTING',
  message: 'Elasticsearch has not answered yet',
};

const isSame = (a: ClusterState, b: ClusterState): boolean =>
  a.status === 'waiting' && b.status === 'waiting' && a.code === b.code && a.message === b.message;

export const startInstalling = ({ install, later, onState }: InstallingOptions): Installing => {
  let state: ClusterState = BEGUN;
  let attempts = 0;
  let isUnderWay = false;
  let isClosed = false;
  let cancel: () => void = () => undefined;

  const setTo = (next: ClusterState): void => {
    if (isSame(state, next)) return;
    state = next;
    onState(next);
  };

  const attempt = async (): Promise<void> => {
    isUnderWay = true;
    const outcome = await install().catch((error: unknown): InstallOutcome => {
      const name = error instanceof Error ? error.name : 'fault';
      return { status: 'failed', missing: 'other', message: `the installation failed: ${name}` };
    });
    isUnderWay = false;
    if (isClosed) return;
    if (outcome.status === 'ok') {
      attempts = 0;
      setTo({ status: 'ready', report: outcome.report });
      return;
    }
    setTo({ status: 'waiting', code: CODES[outcome.missing], message: outcome.message });
    cancel = later(Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS * 2 ** attempts++), () => void attempt());
  };
  void attempt();

  return {
    isReady: () => state.status === 'ready',
    check() {
      if (state.status === 'waiting') throw new ClusterNotReady(state.code, state.message);
    },
    again() {
      if (state.status === 'waiting' || isUnderWay) return;
      setTo({ ...BEGUN, message: 'what was installed in Elasticsearch is gone, and is installed anew' });
      void attempt();
    },
    close() {
      isClosed = true;
      cancel();
    },
  };
};
