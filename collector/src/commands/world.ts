import type { Access } from '../access/index.js';
import type { AdminHandlerOptions } from '../admin/index.js';
import type { CollectorConfig, Environment, ReadFile, StoreName } from '../config/index.js';
import type { MetaStore } from '../meta/index.js';
import type { MigrateReport, MigrateStep } from '../store/index.js';

/** What the first line on standard output says. */
export interface Listening {
  /** e.g. `http://127.0.0.1:4318` */
  readonly http: string;
  /** e.g. `127.0.0.1:4317` */
  readonly grpc: string;
  readonly dataDir: string;
  readonly store: StoreName;
  readonly auth: 'off' | 'keys';
}

/** What the composition root gives back. */
export interface RunningCollector {
  readonly http: string;
  readonly grpc: string;
  readonly access: Pick<Access, 'mode' | 'createKey' | 'listKeys' | 'revokeKey'>;
  readonly backup: AdminHandlerOptions['backup'];
  readonly rederive: AdminHandlerOptions['rederive'];
  readonly retryDeadLetters: AdminHandlerOptions['retryDeadLetters'];
  /** Takes no more, answers what is under way, drains as far as time allows. Idempotent. */
  close(): Promise<void>;
}

/** Rejects with ConfigurationError where the configuration can't hold, with any other error at a fault. */
export type StartCollector = (config: CollectorConfig) => Promise<RunningCollector>;

/** Derives anew what a directory holds, where no collector runs on it. */
export type RederiveStored = (
  config: CollectorConfig,
  ...parameters: Parameters<AdminHandlerOptions['rederive']>
) => ReturnType<AdminHandlerOptions['rederive']>;

/** Opens what holds the keys; of an embedded store only under the directory's lock. */
export type OpenKeys = (config: CollectorConfig) => Promise<MetaStore>;

/** A request that was acknowledged and could not be stored. */
export interface ListedLetter {
  readonly name: string;
  /** Empty: nobody can tell. */
  readonly projects: readonly string[];
  readonly receivedAtMillis: number;
  readonly format: string;
  readonly bytes: number;
}

/** Oldest first; `project` null: of every project. */
export type ListDeadLetters = (config: CollectorConfig, project: string | null) => Promise<readonly ListedLetter[]>;

/** Copies what a directory holds into Elasticsearch. */
export type MigrateStored = (
  config: CollectorConfig,
  request: { readonly isCheckOnly: boolean; readonly isCollectorRunning: () => Promise<boolean> },
  onStep: (step: MigrateStep) => void,
  signal: AbortSignal,
) => Promise<MigrateReport>;

/** All that a command sees of the process. */
export interface World {
  readonly env: Environment;
  readonly readFile: ReadFile;
  readonly now: () => number;
  /** Each takes whole lines, without the end of line. */
  readonly out: (line: string) => void;
  readonly say: (line: string) => void;
  /** Replaces the terminal's last line; empty: takes it away. Only where `isTerminal`. */
  readonly show: (line: string) => void;
  /** Somebody reads standard error now. */
  readonly isTerminal: boolean;
  /** Resolves at the next SIGTERM or SIGINT. */
  readonly stopSignal: () => Promise<void>;
  readonly startCollector: StartCollector;
  readonly rederiveStored: RederiveStored;
  readonly openKeys: OpenKeys;
  readonly listDeadLetters: ListDeadLetters;
  readonly migrateStored: MigrateStored;
}

export const EXIT = { clean: 0, fault: 1, configuration: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
