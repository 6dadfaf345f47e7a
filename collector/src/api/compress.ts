import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import {
  brotliCompress,
  constants,
  createBrotliCompress,
  createGzip,
  createZstdCompress,
  gzip,
  zstdCompress,
} from 'node:zlib';

const MIN_BYTES = 1024;
/** Compresses like gzip at its best and takes as long as gzip at its default. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const GZIP = { level: 1 };

const ENCODERS = {
  zstd: { whole: promisify(zstdCompress), stream: createZstdCompress },
  br: { whole: (body: Buffer) => promisify(brotliCompress)(body, BROTLI), stream: () => createBrotliCompress(BROTLI) },
  gzip: { whole: (body: Buffer) => promisify(gzip)(body, GZIP), stream: () => createGzip(GZIP) },
} as const;

export type Encoding = keyof typeof ENCODERS;

const ENCODINGS = Object.keys(ENCODERS) as readonly Encoding[];

const qualities = (accepted: string): ReadonlyMap<string, number> =>
  new Map(
    accepted.split(',').map((part) => {
      const [name = '', ...parameters] = part.toLowerCase().split(';');
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)/.exec(parameter)?.[1]).find(Boolean);
      return [name.trim(), quality === undefined ? 1 : Number(quality)];
    }),
  );

/** The best encoding that a client takes (RFC 9110 §12.5.3), ours first among equals; null: none. */
export const chooseEncoding = (accepted: string | undefined): Encoding | null => {
  if (accepted === undefined) return null;
  const sent = qualities(accepted);
  const qualityOf = (encoding: Encoding): number => sent.get(encoding) ?? sent.get('*') ?? 0;
  const [best] = ENCODINGS.filter((encoding) => qualityOf(encoding) > 0).sort((a, b) => qualityOf(b) - qualityOf(a));
  return best ?? null;
};

export interface Encoded {
  readonly body: Buffer;
  readonly encoding: Encoding | null;
}

/** Bodies over 1 KB are compressed, off this thread. */
export const encodeBody = async (body: Buffer, accepted: string | undefined): Promise<Encoded> => {
  const encoding = body.length < MIN_BYTES ? null : chooseEncoding(accepted);
  return encoding === null ? { body, encoding } : { body: await ENCODERS[encoding].whole(body), encoding };
};

/** For bodies whose length nobody knows; each line sent on by itself would compress badly, so it waits for others. */
export const encodingStream = (encoding: Encoding): Transform => ENCODERS[encoding].stream();
