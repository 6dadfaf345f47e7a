import { SENDER_HEADER } from 'noveum-proto';

/**
 * Told of each answered request that names its sender, of one who may send. `project`: the key's, null where there is
 * none; `header`: as it came.
 */
export type SenderListener = (project: string | null, header: unknown, acceptedSpans: number) => void;

/** `headers`: of HTTP, or a call's metadata. */
export const tellSender = (
  onSender: SenderListener | undefined,
  project: string | null,
  headers: Readonly<Record<string, unknown>>,
  acceptedSpans: number,
): void => {
  const header = headers[SENDER_HEADER];
  if (header !== undefined) onSender?.(project, header, acceptedSpans);
};
