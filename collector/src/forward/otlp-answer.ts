import { MalformedProtobuf, readEnd, readVarint, skipField, type WireCursor } from 'noveum-proto';

type Handler = (cursor: WireCursor, end: number) => void;

/** Fields by tag; what is malformed is as if it weren't there: the answer is only told about. */
const readMessage = (cursor: WireCursor, end: number, handlers: Readonly<Record<number, Handler>>): void => {
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    const handler = handlers[tag];
    if (handler === undefined) skipField(cursor, tag & 7, end);
    else if ((tag & 7) === 0) handler(cursor, end);
    else {
      const contentEnd = readEnd(cursor, end);
      handler(cursor, contentEnd);
      cursor.at = contentEnd;
    }
  }
};

const read = (bytes: Uint8Array, handlers: Readonly<Record<number, Handler>>): void => {
  try {
    readMessage({ bytes, at: 0 }, bytes.length, handlers);
  } catch (error) {
    if (!(error instanceof MalformedProtobuf)) throw error;
  }
};

const TAG_1_VARINT = 8;
const TAG_2_VARINT = 16;
const TAG_1 = 10;
const TAG_2 = 18;
const TAG_3 = 26;

/** How many spans or log records an Export…ServiceResponse says were refused (`partial_success`). */
export const rejectedItemsOf = (response: Uint8Array): number => {
  let rejected = 0;
  read(response, {
    [TAG_1]: (cursor, end) => {
      readMessage(cursor, end, {
        [TAG_1_VARINT]: (inner, innerEnd) => {
          rejected = readVarint(inner, innerEnd);
        },
      });
    },
  });
  return rejected <= Number.MAX_SAFE_INTEGER ? rejected : 0;
};

const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

const readDuration = (bytes: Uint8Array): number => {
  let millis = 0;
  read(bytes, {
    [TAG_1]: (cursor, end) => {
      readMessage(cursor, end, {
        [TAG_1_VARINT]: (inner, innerEnd) => {
          millis += readVarint(inner, innerEnd) * 1000;
        },
        [TAG_2_VARINT]: (inner, innerEnd) => {
          millis += readVarint(inner, innerEnd) / 1e6;
        },
      });
    },
  });
  return millis;
};

/** What the RetryInfo in a google.rpc.Status says; null: there is none. */
export const retryInfoMillis = (status: Uint8Array): number | null => {
  let millis: number | null = null;
  read(status, {
    [TAG_3]: (cursor, end) => {
      let type = '';
      let value = new Uint8Array(0);
      readMessage(cursor, end, {
        [TAG_1]: (inner, innerEnd) => {
          type = Buffer.from(inner.bytes.subarray(inner.at, innerEnd)).toString('utf8');
        },
        [TAG_2]: (inner, innerEnd) => {
          value = inner.bytes.slice(inner.at, innerEnd);
        },
      });
      if (type === RETRY_INFO) millis = readDuration(value);
    },
  });
  return millis;
};
