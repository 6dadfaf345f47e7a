import type { ValueNotes } from './value-types.js';

const MARK = '…[cut]';
const MAX_BYTES_A_UNIT = 3;
const encoder = new TextEncoder();

/** A text of more UTF-8 bytes than the limit is cut between two characters, marked and noted. */
export const cutText = (text: string, pointer: string, notes: ValueNotes): string => {
  if (text.length * MAX_BYTES_A_UNIT <= notes.maxValueBytes) return text;
  const { read } = encoder.encodeInto(text, new Uint8Array(notes.maxValueBytes));
  if (read >= text.length) return text;
  notes.cut.add(pointer);
  return text.slice(0, read) + MARK;
};
