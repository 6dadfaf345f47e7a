/**
 * OTLP tells int from double and bytes from string, JSON doesn't. Where the JSON alone would come back as another
 * type, the type is noted under the value's JSON Pointer (RFC 6901) from the span: `int` (a decimal string, beyond
 * 2^53), `double` (a whole number, or -0, NaN, Infinity, -Infinity as a string), `bytes` (base64).
 */
export type NotedType = 'int' | 'double' | 'bytes';

export type ValueTypes = Record<string, NotedType>;

/** Notes what the JSON of a value can't say; `cut` names values that were longer than the limit. */
export interface ValueNotes {
  readonly types: ValueTypes;
  readonly cut: Set<string>;
  readonly maxValueBytes: number;
}

export const newNotes = (maxValueBytes: number): ValueNotes => ({ types: {}, cut: new Set(), maxValueBytes });

export const pointerOf = (parent: string, name: string | number): string =>
  `${parent}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Of a value that another one takes the place of. */
export const forget = (notes: ValueNotes, pointer: string): void => {
  const isOf = (noted: string): boolean => noted === pointer || noted.startsWith(`${pointer}/`);
  for (const noted of Object.keys(notes.types)) if (isOf(noted)) Reflect.deleteProperty(notes.types, noted);
  for (const noted of notes.cut) if (isOf(noted)) notes.cut.delete(noted);
};

/** The notes as they stand in a document; nothing where there are none. */
export const noted = (...all: readonly Pick<ValueNotes, 'types' | 'cut'>[]): { types?: ValueTypes; cut?: string[] } => {
  const types: ValueTypes = Object.assign({}, ...all.map((notes) => notes.types)) as ValueTypes;
  const cut = all.flatMap((notes) => [...notes.cut]);
  return { ...(Object.keys(types).length === 0 ? {} : { types }), ...(cut.length === 0 ? {} : { cut }) };
};
