import { fileURLToPath } from 'node:url';

import protobuf from 'protobufjs';

/** protobufjs over the published .proto files: what the hand-written readers and writers are held against. */

const PROTO_ROOT = fileURLToPath(new URL('../otlp/', import.meta.url));
const PACKAGE = 'opentelemetry.proto';

const root = new protobuf.Root();
root.resolvePath = (_origin, target) => (target.startsWith('/') ? target : PROTO_ROOT + target);
root.loadSync(
  ['trace', 'logs', 'metrics'].map((signal) => `opentelemetry/proto/collector/${signal}/v1/${signal}_service.proto`),
);

export interface ReferenceCodec {
  decode(bytes: Uint8Array): unknown;
  encode(message: object): Uint8Array;
  /** As a plain object: 64-bit integers as strings, enums as numbers, bytes as Uint8Array, empty lists left out. */
  decodeToObject(bytes: Uint8Array): Record<string, unknown>;
}

const codecOf = (typeName: string): ReferenceCodec => {
  const type = root.lookupType(typeName);
  return {
    decode: (bytes) => type.decode(bytes),
    encode: (message) => type.encode(type.fromObject(message)).finish(),
    decodeToObject: (bytes) => type.toObject(type.decode(Buffer.from(bytes)), { longs: String }),
  };
};

export const referenceTraces = codecOf(`${PACKAGE}.trace.v1.TracesData`);
export const referenceLogs = codecOf(`${PACKAGE}.logs.v1.LogsData`);
