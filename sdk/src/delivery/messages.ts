/** To the thread. Buffers change hands: the sender's are detached. */
export type ToThread =
  | {
      readonly type: 'batch';
      readonly id: number;
      readonly buffer: ArrayBuffer;
      readonly byteLength: number;
      readonly spanCount: number;
      readonly isPlain: boolean;
      /** The host's counts, for the backend. */
      readonly told: unknown;
    }
  /** The host's counts, those of the thread up to `answersTo` among them. */
  | { readonly type: 'told'; readonly told: unknown; readonly answersTo: number }
  /** A batch waits to be taken. */
  | { readonly type: 'waiting' }
  | { readonly type: 'configure'; readonly settings: unknown }
  | { readonly type: 'flush'; readonly id: number; readonly timeoutMillis: number }
  | { readonly type: 'close'; readonly id: number; readonly timeoutMillis: number };

/** From the thread. */
export type FromThread =
  | { readonly type: 'settled'; readonly id: number; readonly buffer: ArrayBuffer }
  | { readonly type: 'done'; readonly id: number; readonly isComplete: boolean }
  /** Answered by `told`; `number` grows. */
  | { readonly type: 'counts'; readonly counts: unknown; readonly number: number }
  | { readonly type: 'fault'; readonly where: string; readonly message: string };

/** What both ends of a thread's channel can do. */
export interface Port<Sent, Received> {
  post(message: Sent, transfer: readonly ArrayBuffer[]): void;
  onMessage(listen: (message: Received) => void): void;
}

/** A thread that runs a pipeline, as the host sees it. */
export interface PipelineThread extends Port<ToThread, FromThread> {
  /**
   * Hears what has come by now of batches that are settled, without a turn of the event loop: in one long loop of spans
   * their buffers are used again.
   */
  hearSettled?(): void;
  /** Called once, when it has ended by itself. */
  onEnd(listen: (reason: string) => void): void;
  /** While kept alive, so is the process. */
  keepAlive(isAlive: boolean): void;
  terminate(): Promise<void>;
}
