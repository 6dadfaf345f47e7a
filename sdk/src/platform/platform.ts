import type { ContextManager } from '@opentelemetry/api';

import type { PipelineParts } from '../pipeline/index.js';
import type { Pipeline, PipelineThread } from '../delivery/index.js';
import type { AttributeMap, Log } from '../options/index.js';
import type { ThreadSettings } from '../pipeline/settings/index.js';
import type { ReportFault } from '../errors/index.js';
import type { WaitUntil } from './wait-until.js';

/** What differs between Node, a browser and an edge runtime. */
export interface Platform {
  readonly contextManager: ContextManager | undefined;
  /** Of this thread. */
  readonly buildPipeline: (parts: Omit<PipelineParts, 'wires'>, onError: ReportFault) => Pipeline;
  /** Undefined where there are no threads. */
  readonly startThread: ((settings: ThreadSettings) => PipelineThread) | undefined;
  /** Encoded bytes of a batch. Default: 1 MiB. */
  readonly maxBatchBytes?: number;
  /** The platform's own, of the request at hand; asked at each use. */
  readonly waitUntil?: (() => WaitUntil | undefined) | undefined;
  /** Of the process: its runtime, its host, its id. */
  readonly resourceAttributes: AttributeMap;
  /** Of this start of the SDK, anew at each call. */
  readonly newId: () => string;
  /** A timer that keeps the process alive. */
  readonly later: (work: () => void, delayMillis: number) => { cancel(): void };
  readonly log: Log;
}
