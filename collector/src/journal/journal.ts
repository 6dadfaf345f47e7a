/** What one request said, as it is kept until the store has it. */
export interface JournalRecord {
  /**
   * `otlp-traces`: ExportTraceServiceRequest protobuf, unpacked (OTLP/JSON is encoded to it on arrival).
   * `otlp-logs`: ExportLogsServiceRequest protobuf, unpacked. `native`: UTF-8 JSON `{"traces":[…]}`.
   */
  readonly format: 'otlp-traces' | 'otlp-logs' | 'native';
  readonly receivedAtMillis: number;
  /** The key's project, or null in keyless mode (the sender's own then counts). */
  readonly project: string | null;
  readonly keyEnvironment: string | null;
  /** Version of server-side redaction rules applied to the body before it came here; 0: none. */
  readonly redactionVersion: number;
  /** Indexes, in order of appearance, of spans (OTLP), log records or traces (native) that were refused to the sender. */
  readonly refused: readonly number[];
  /** Ids of the collectors that forwarded it, joined by commas, as they came; not there where none did. */
  readonly via?: string;
  readonly body: Uint8Array;
}

/** A place between two records. Compare `file` first. */
export interface JournalPosition {
  readonly file: number;
  readonly offset: number;
}

export type AppendOutcome =
  | { readonly status: 'durable' }
  /** The byte limit is reached: the store has to catch up first. */
  | { readonly status: 'full'; readonly retryAfterSeconds: number }
  /**
   * The disk refused (ENOSPC, EIO, EROFS, …). Nothing of the record is read back, but for one case: where the disk
   * then also refuses to cut what it may have written and to begin the next file, and the power goes or the process
   * ends before it is well again, the next start may find the record whole, and keeps it. That does no harm: its
   * sender was told to send it again, and what comes twice is one. So always: what was acknowledged is recovered, and
   * what is recovered was sent.
   */
  | { readonly status: 'failed'; readonly code: string };

export interface JournalHealth {
  readonly status: 'healthy' | 'degraded';
  /** The errno of the last failed write while it lasts, e.g. `ENOSPC`. */
  readonly code: string | null;
  readonly bytes: number;
  readonly limitBytes: number;
  readonly files: number;
  /** Of them those that only `keep` holds. */
  readonly keptFiles: number;
}

/** The write side; one for a directory, in the main thread. */
export interface Journal {
  /** Resolves after the record is on disk (fdatasync), many records to one sync. Never rejects. */
  append(record: JournalRecord): Promise<AppendOutcome>;
  /** Called after each group commit with the place up to which records are durable. */
  onDurable(listener: (end: JournalPosition) => void): void;
  /**
   * The store holds and has synced everything before `position`: whole files before it are removed. Never rejects: a
   * fault is told by `health` and tried again.
   */
  release(position: JournalPosition): Promise<void>;
  /**
   * The oldest place that another reader than the store still needs; null: none does. Files from there on stay, and
   * don't count against the byte limit once they are released.
   */
  keep(position: JournalPosition | null): void;
  /**
   * What is appended from now on goes to a new file, so that the one before can go once everybody has all of it.
   * Resolves to where that begins; `onDurable` is told too.
   */
  seal(): Promise<JournalPosition>;
  /** Where the drain has to begin: what was released before the last stop. */
  start(): JournalPosition;
  /** Everything durable so far ends here. */
  end(): JournalPosition;
  /**
   * A reader that was named at opening (`kept`) and stands in this file or a later one can go on there, whether or not
   * that file is left: what is gone it has had. Of places in earlier files nothing is known.
   */
  wholeFrom(): number;
  health(): JournalHealth;
  close(): Promise<void>;
}

/** The read side, in a reader's own thread. Only ever reads what `onDurable` has named. */
export interface JournalReader {
  /**
   * Whole records from `position`, at most about `maxBytes` (always at least one), up to `limit`.
   * Null when there is none. A record whose CRC fails is skipped, counted and reported in `corrupt`.
   * Records may lie in `memory`, where some is lent: they are valid until it is lent again.
   */
  read(
    position: JournalPosition,
    limit: JournalPosition,
    maxBytes: number,
    memory?: Buffer,
  ): Promise<JournalBatch | null>;
  close(): Promise<void>;
}

/** A reader that may fall far behind, and wants to know how far. */
export interface BacklogReader extends JournalReader {
  /** Bytes of the files between the two, to within what a failed write left at a file's end. */
  backlogBytes(position: JournalPosition, limit: JournalPosition): Promise<number>;
}

export interface JournalBatch {
  readonly records: readonly JournalRecord[];
  readonly end: JournalPosition;
  readonly corrupt: number;
}
