import type { JournalRecord } from '../journal/index.js';
import type { RecordPart } from './parts-of-record.js';

/** A part of a request on its way, with what there is to tell when it is lost. */
export interface PendingPart extends RecordPart {
  readonly receivedAtMillis: number;
  readonly format: JournalRecord['format'];
  /** 1 for the first part of a record, 0 for its others. */
  readonly records: number;
  /** Of the record's body, at its first part. */
  readonly recordBytes: number;
}

/** Parts of one signal, project and way: they join into one message. */
export interface PendingRequest {
  readonly signal: 'traces' | 'logs';
  readonly via: string;
  readonly parts: readonly PendingPart[];
}

const REQUEST_BYTES = 4 * 1024 * 1024;

interface Filling {
  readonly request: { readonly signal: 'traces' | 'logs'; readonly via: string; readonly parts: PendingPart[] };
  bytes: number;
}

export interface ToRequestsOptions {
  readonly instanceId: string;
  readonly partsOf: (record: JournalRecord) => readonly RecordPart[];
  /** A record that can't be told as OTLP. */
  readonly onUnreadable: (record: JournalRecord) => void;
}

const idsOf = (via: string): readonly string[] => via.split(',').map((id) => id.trim());

/** Makes a function that joins records into requests; what went through this collector before is left out. */
export const createToRequests = ({ instanceId, partsOf, onUnreadable }: ToRequestsOptions) => {
  const readableParts = (record: JournalRecord): readonly RecordPart[] => {
    try {
      return partsOf(record);
    } catch {
      onUnreadable(record);
      return [];
    }
  };

  return (records: readonly JournalRecord[]): PendingRequest[] => {
    const open = new Map<string, Filling>();
    const requests: PendingRequest[] = [];
    const add = (part: PendingPart, via: string): void => {
      const key = JSON.stringify([part.signal, part.project, via]);
      let filling = open.get(key);
      if (filling === undefined || filling.bytes + part.body.length > REQUEST_BYTES) {
        filling = { request: { signal: part.signal, via, parts: [] }, bytes: 0 };
        open.set(key, filling);
        requests.push(filling.request);
      }
      filling.request.parts.push(part);
      filling.bytes += part.body.length;
    };
    for (const record of records) {
      const { format, receivedAtMillis, via, body } = record;
      if (via !== undefined && idsOf(via).includes(instanceId)) continue;
      const way = via === undefined ? instanceId : `${via}, ${instanceId}`;
      readableParts(record).forEach((part, index) => {
        const [counted, recordBytes] = index === 0 ? [1, body.length] : [0, 0];
        add({ ...part, receivedAtMillis, format, records: counted, recordBytes }, way);
      });
    }
    return requests;
  };
};
