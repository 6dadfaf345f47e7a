import type { Files } from '../../files/index.js';
import type { TextTrace } from '../text-index.js';
import type { ErasureRequest } from '../trace-store.js';

export interface RecordedRequest extends ErasureRequest {
  /** Traces that are just being taken out of the indexes: who else has some of them may not have been told. */
  readonly underWay?: readonly TextTrace[];
}

/**
 * What was asked to be erased, a file each until all of it is out of the indexes. In files of their own, since what
 * names a user or a trace must be gone then too.
 */
export interface ErasureRequests {
  /** Durable once it resolves. */
  save(request: RecordedRequest): Promise<void>;
  /** Oldest first. */
  list(): Promise<readonly RecordedRequest[]>;
  /** Durable once it resolves. */
  remove(id: string): Promise<void>;
}

const PREFIX = 'erasure-';
const SUFFIX = '.json';
const UNFINISHED = '.new';

const toText = (request: RecordedRequest): string =>
  JSON.stringify(request, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

type StoredRequest = Omit<RecordedRequest, 'target'> & {
  readonly target: Omit<ErasureRequest['target'], 'startUnixNano' | 'endUnixNano'> & {
    readonly startUnixNano?: string;
    readonly endUnixNano?: string;
  };
};

const fromText = (text: string): RecordedRequest => {
  const { target, ...request } = JSON.parse(text) as StoredRequest;
  const { startUnixNano, endUnixNano, ...rest } = target;
  return {
    ...request,
    target: {
      ...rest,
      ...(startUnixNano === undefined ? {} : { startUnixNano: BigInt(startUnixNano) }),
      ...(endUnixNano === undefined ? {} : { endUnixNano: BigInt(endUnixNano) }),
    },
  };
};

export const createErasureRequests = (files: Files, directory: string): ErasureRequests => {
  const pathOf = (id: string): string => `${directory}/${PREFIX}${id}${SUFFIX}`;
  return {
    save: (request) => files.replace(pathOf(request.id), Buffer.from(toText(request))),
    async list() {
      const requests: RecordedRequest[] = [];
      for (const name of await files.list(directory)) {
        if (!name.startsWith(PREFIX)) continue;
        // Nobody was answered yet: whoever asked will ask again.
        if (name.endsWith(UNFINISHED)) await files.remove(`${directory}/${name}`);
        const content = name.endsWith(SUFFIX) ? await files.readAll(`${directory}/${name}`) : null;
        if (content !== null) requests.push(fromText(content.toString('utf8')));
      }
      return requests.sort((a, b) => a.requestedAtMillis - b.requestedAtMillis);
    },
    async remove(id) {
      await files.remove(pathOf(id));
      await files.syncDirectory(directory);
    },
  };
};
