import type { RecordStage } from 'noveum-proto/records';

/** What encrypts; a value that it can't encrypt it replaces by a mark. */
export interface Encrypting {
  readonly isChosen: (name: string) => boolean;
  readonly encrypt: (value: unknown, place: { traceId: string; spanId: string; name: string }) => string;
}

const OF_PARTS: ReadonlySet<string> = new Set(['event_attribute', 'link_attribute']);

/**
 * Chosen attributes as `enc:v1:` texts: whole values of the span, texts of its events and links. After the limits: a
 * ciphertext that is cut can't be read.
 */
export const encryptStage =
  ({ isChosen, encrypt }: Encrypting): RecordStage =>
  (record) => {
    const { traceId, spanId } = record;
    const attributes = record.allAttributes();
    for (const name of Object.keys(attributes))
      if (isChosen(name)) record.setAttribute(name, encrypt(attributes[name], { traceId, spanId, name }));
    record.mapStrings((text, channel, name) =>
      name !== undefined && OF_PARTS.has(channel) && isChosen(name) ? encrypt(text, { traceId, spanId, name }) : text,
    );
    return undefined;
  };
