import type { BulkItem } from './fault.js';

interface Line {
  readonly item: BulkItem;
  readonly text: string;
}

interface Action {
  readonly _index?: string;
  readonly _id?: string;
}

const parseBulk = (body: Buffer): readonly Line[] => {
  const lines = body.toString('utf8').split('\n');
  const parsed: Line[] = [];
  for (let at = 0; at < lines.length; at++) {
    const head = lines[at] ?? '';
    if (head === '') continue;
    const [[action, to] = ['', {}]] = Object.entries(JSON.parse(head) as Record<string, Action>);
    const text = action === 'delete' ? `${head}\n` : `${head}\n${lines[++at] ?? ''}\n`;
    parsed.push({ item: { action, index: to._index ?? null, id: to._id ?? null }, text });
  }
  return parsed;
};

interface BulkAnswer {
  readonly errors: boolean;
  readonly items: readonly unknown[];
}

export interface SplitBulk {
  /** What the node gets to do; empty: nothing is left. */
  readonly body: Buffer;
  /** Puts the failed items back into the node's answer, each in its place. */
  readonly join: (answer: unknown) => unknown;
}

export interface ItemFailure {
  readonly fails: (item: BulkItem, place: number) => boolean;
  readonly status: number;
  readonly type: string;
}

/** Takes items that are to fail out of a bulk request. */
export const splitBulk = (body: Buffer, { fails, status, type }: ItemFailure): SplitBulk => {
  const items = parseBulk(body).map((line, place) => ({ ...line, failed: fails(line.item, place) }));
  const failure = ({ action, index, id }: BulkItem) => ({
    [action]: { _index: index, _id: id, status, error: { type, reason: 'made by the proxy between store and node' } },
  });
  return {
    body: Buffer.from(items.flatMap(({ failed, text }) => (failed ? [] : [text])).join('')),
    join: (answer) => {
      const rest = [...(answer as BulkAnswer).items];
      const joined = items.map(({ failed, item }) => (failed ? failure(item) : rest.shift()));
      return {
        ...(answer as BulkAnswer),
        errors: (answer as BulkAnswer).errors || items.some((i) => i.failed),
        items: joined,
      };
    },
  };
};
