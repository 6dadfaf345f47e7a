import type { Channel, EditInteger, EditText } from './text-edits.js';
import type { Workspace } from './workspace.js';

/**
 * Gives the text to be written in place of one; where it is the same, its bytes stay as they are. `key`: of the
 * attribute that the text is a value of, with the keys inside a map behind it: `user.address.city`. Values of type bytes
 * are given too, and `isBytes` says so: as the text they are in UTF-8, else with a character for each byte.
 */
export type StringMap = (text: string, channel: Channel, key?: string, isBytes?: boolean) => string;

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

interface BytesAsText {
  readonly text: string;
  readonly isUtf8: boolean;
}

const textOfBytes = (bytes: Uint8Array): BytesAsText => {
  try {
    return { text: strictDecoder.decode(bytes), isUtf8: true };
  } catch {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return { text, isUtf8: false };
  }
};

/** A replacement that single bytes can't tell is written in UTF-8. */
const bytesOfText = (text: string, isUtf8: boolean): Uint8Array =>
  isUtf8 || /[^\0-\xff]/.test(text) ? encoder.encode(text) : Uint8Array.from(text, (unit) => unit.charCodeAt(0));

export const editByMap =
  ({ text: reader }: Workspace, map: StringMap): EditText =>
  ({ bytes, start, end, channel, key, isBytes }) => {
    const mapped = (text: string): string =>
      key === undefined ? map(text, channel) : map(text, channel, key, isBytes);
    if (isBytes) {
      const { text, isUtf8 } = textOfBytes(bytes.subarray(start, end));
      const after = mapped(text);
      return after === text ? undefined : bytesOfText(after, isUtf8);
    }
    const before = reader.read(bytes, start, end);
    const after = mapped(before);
    return after === before ? undefined : after;
  };

/** What a map is given beside texts. */
export interface MapOptions {
  /**
   * Whole numbers of the attributes from this one on, in decimal digits; a text in place of one stays a text. Default:
   * none.
   */
  readonly integersFrom?: number;
}

/** Of numbers up to 2^53, which is what doubles tell exactly. */
export const integersByMap = (map: StringMap, { integersFrom }: MapOptions = {}): EditInteger | undefined =>
  integersFrom === undefined
    ? undefined
    : (value, channel, key) => {
        if (value < integersFrom || !Number.isSafeInteger(value)) return undefined;
        const before = String(value);
        const after = map(before, channel, key);
        return after === before ? undefined : after;
      };
