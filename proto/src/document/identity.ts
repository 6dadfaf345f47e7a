const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HEX = /^[0-9a-f]+$/i;

/**
 * The identity of a trace inside its project: a UUID without its dashes in lower case, any other hex in lower case,
 * all else as sent. Two ids with one key name the same trace.
 */
export const traceKey = (traceId: string): string => {
  if (UUID.test(traceId)) return traceId.replaceAll('-', '').toLowerCase();
  return HEX.test(traceId) ? traceId.toLowerCase() : traceId;
};
