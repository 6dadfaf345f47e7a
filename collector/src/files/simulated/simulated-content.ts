type Change =
  | { readonly type: 'write'; readonly position: number; readonly bytes: Buffer }
  | { readonly type: 'truncate'; readonly length: number };

/** A disk writes a sector whole or not at all. */
const SECTOR_BYTES = 512;

const resized = (content: Buffer, length: number): Buffer =>
  length <= content.length
    ? content.subarray(0, length)
    : Buffer.concat([content, Buffer.alloc(length - content.length)]);

const applied = (content: Buffer, change: Change): Buffer => {
  if (change.type === 'truncate') return resized(content, change.length);
  const { position, bytes } = change;
  const next = Buffer.from(resized(content, Math.max(content.length, position + bytes.length)));
  bytes.copy(next, position);
  return next;
};

const split = (change: Change & { type: 'write' }): Change[] => {
  const sectors: Change[] = [];
  for (let at = 0; at < change.bytes.length;) {
    const position = change.position + at;
    const length = Math.min(SECTOR_BYTES - (position % SECTOR_BYTES), change.bytes.length - at);
    sectors.push({ type: 'write', position, bytes: change.bytes.subarray(at, at + length) });
    at += length;
  }
  return sectors;
};

/** What a power cut leaves of one change: all, nothing, its first sectors, or any of them. */
const survivors = (change: Change, random: () => number): Change[] => {
  const fate = random();
  if (fate < 0.3) return [change];
  if (fate < 0.6 || change.type === 'truncate') return [];
  const sectors = split(change);
  if (fate < 0.8) return sectors.slice(0, Math.floor(random() * (sectors.length + 1)));
  return sectors.filter(() => random() < 0.5);
};

/** A file's bytes twice: as a reader sees them, and as a power cut would leave them. */
export interface SimulatedContent {
  visible(): Buffer;
  write(position: number, bytes: Buffer): void;
  truncate(length: number): void;
  /** All changes become durable. */
  sync(): void;
  /** Each change survives or not, for good; the visible bytes stay as they are. */
  loseSync(): void;
  /** The bytes after a power cut now. */
  afterCrash(): Buffer;
}

export const createSimulatedContent = (initial: Buffer, random: () => number): SimulatedContent => {
  let visible = initial;
  let durable = initial;
  let pending: Change[] = [];

  const change = (next: Change): void => {
    visible = applied(visible, next);
    pending.push(next);
  };
  const surviving = (): Buffer => pending.flatMap((each) => survivors(each, random)).reduce(applied, durable);

  return {
    visible: () => visible,
    write: (position, bytes) => change({ type: 'write', position, bytes }),
    truncate: (length) => change({ type: 'truncate', length }),
    sync() {
      durable = pending.reduce(applied, durable);
      pending = [];
    },
    loseSync() {
      durable = surviving();
      pending = [];
    },
    afterCrash: surviving,
  };
};
