const readLength = (bytes: Uint8Array, at: number): { length: number; at: number } => {
  let length = 0;
  let scale = 1;
  let place = at;
  for (;;) {
    const byte = bytes[place++] as number;
    length += (byte & 127) * scale;
    if (byte < 128) return { length, at: place };
    scale *= 128;
  }
};

/** Tag, start and end of each length-delimited field of a message whose bytes were checked when they came. */
export const fieldsOf = function* (bytes: Uint8Array, start: number, end: number): Generator<[number, number, number]> {
  let at = start;
  while (at < end) {
    const tag = readLength(bytes, at);
    at = tag.at;
    const wireType = tag.length & 7;
    if (wireType === 2) {
      const content = readLength(bytes, at);
      yield [tag.length, content.at, content.at + content.length];
      at = content.at + content.length;
    } else if (wireType === 0) at = readLength(bytes, at).at;
    else at += wireType === 1 ? 8 : 4;
  }
};
