/** Gives back the bytes in gzip's format. */
export type Gzip = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>;

export interface PackedBody {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly isGzip: boolean;
}

export type Pack = (bytes: Uint8Array<ArrayBuffer>) => Promise<PackedBody>;

export interface CompressionOptions {
  readonly gzip: Gzip;
  /** Smaller bodies go as they are. Default: 1,024. */
  readonly minBytes?: number;
}

const MIN_BYTES = 1024;
/** What saves less than a fifth is not worth its CPU on both sides. */
const WORTH_RATIO = 0.8;
const FIRST_PAUSE = 8;
const LONGEST_PAUSE = 256;

/** Bodies as they are. */
export const plainPack: Pack = (body) => Promise.resolve({ body, isGzip: false });

/**
 * Packs a body where that makes less than 0.8 of it. After one where it did not, the next bodies go unpacked without
 * a try: 8, then twice as many each time, at most 256.
 */
export const createPack = ({ gzip, minBytes = MIN_BYTES }: CompressionOptions): Pack => {
  let pause = 0;
  let skipped = 0;
  return async (bytes) => {
    if (bytes.length < minBytes) return { body: bytes, isGzip: false };
    if (skipped < pause) {
      skipped++;
      return { body: bytes, isGzip: false };
    }
    const packed = await gzip(bytes);
    skipped = 0;
    if (packed.length < bytes.length * WORTH_RATIO) {
      pause = 0;
      return { body: packed, isGzip: true };
    }
    pause = Math.min(LONGEST_PAUSE, Math.max(FIRST_PAUSE, pause * 2));
    return { body: bytes, isGzip: false };
  };
};

/** Where there is no Node. */
export const streamGzip: Gzip = async (bytes) => {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
};
