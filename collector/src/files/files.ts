/**
 * The filesystem as the journal and the segments use it: a seam, so that a simulator can drop any
 * subset of unsynced writes and directory entries. Errors carry Node's `code` (ENOSPC, EIO, …).
 */
export interface Files {
  /** With its parents; durable once the promise resolves. */
  makeDirectory(path: string): Promise<void>;
  list(path: string): Promise<readonly string[]>;
  /** Opens for reading and appending, creating it where it is missing. */
  open(path: string, options?: OpenOptions): Promise<AppendableFile>;
  openForReading(path: string): Promise<ReadableFile>;
  remove(path: string): Promise<void>;
  /** Replaces `path` atomically: temporary file, fdatasync, rename, directory sync. */
  replace(path: string, content: Uint8Array): Promise<void>;
  readAll(path: string): Promise<Buffer | null>;
  /** Makes creations, removals and renames in a directory durable. */
  syncDirectory(path: string): Promise<void>;
}

export interface OpenOptions {
  /** Each write is durable once it resolves (O_DSYNC), truncation is not. Default false: durable after `datasync`. */
  readonly synced?: boolean;
}

export interface ReadableFile {
  /** Fills `target` from `position`; resolves to the number of bytes read, fewer only at the end of the file. */
  read(target: Uint8Array, position: number): Promise<number>;
  size(): Promise<number>;
  close(): Promise<void>;
}

export interface AppendableFile extends ReadableFile {
  /** Writes all parts, one after the other, at `position`. After an error any of their bytes may be in the file. */
  writeAt(parts: readonly Uint8Array[], position: number): Promise<void>;
  /** After an error the writes before it are lost or kept, and no later call makes them durable. */
  datasync(): Promise<void>;
  truncate(length: number): Promise<void>;
}
