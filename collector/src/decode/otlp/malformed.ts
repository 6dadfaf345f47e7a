import { MalformedProtobuf } from 'noveum-proto';

/** Runs a walk over protobuf; the broken rule, or null where all of it is sound. */
export const malformedRule = (walk: () => void): string | null => {
  try {
    walk();
    return null;
  } catch (error) {
    if (error instanceof MalformedProtobuf) return error.rule;
    throw error;
  }
};
