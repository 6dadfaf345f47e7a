/** The few small messages of OTLP's answers, written by hand. */

const varint = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest & 127) | 128);
  bytes.push(rest);
  return bytes;
};

const lengthField = (tag: number, content: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([tag, ...varint(content.length)]), content]);

const TAG_1_VARINT = 8;
const TAG_1 = 10;
const TAG_2 = 18;
const TAG_3 = 26;

/** ExportTraceServiceResponse, and the logs' one, which is laid out alike. Empty: all was taken. */
export const encodeExportResponse = (rejected: number, message: string): Buffer => {
  if (rejected === 0 && message === '') return Buffer.alloc(0);
  const count = rejected === 0 ? [] : [TAG_1_VARINT, ...varint(rejected)];
  return lengthField(TAG_1, Buffer.concat([Buffer.from(count), lengthField(TAG_2, Buffer.from(message))]));
};

const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

/** google.rpc.Status with, where it is worth another try, a RetryInfo. */
export const encodeStatus = (code: number, message: string, retryAfterSeconds?: number): Buffer => {
  const head = Buffer.concat([Buffer.from([TAG_1_VARINT, ...varint(code)]), lengthField(TAG_2, Buffer.from(message))]);
  if (retryAfterSeconds === undefined) return head;
  const duration = Buffer.from([TAG_1_VARINT, ...varint(retryAfterSeconds)]);
  const any = Buffer.concat([
    lengthField(TAG_1, Buffer.from(RETRY_INFO)),
    lengthField(TAG_2, lengthField(TAG_1, duration)),
  ]);
  return Buffer.concat([head, lengthField(TAG_3, any)]);
};
