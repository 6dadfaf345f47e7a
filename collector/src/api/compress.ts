import { promisify } from 'node:util';
import { brotliCompress, constants, gzip, zstdCompress } from 'node:zlib';

const MIN_BYTES = 1024;
const BROTLI_QUALITY = 4;

const ENCODERS = {
  zstd: (body: Buffer) => promisify(zstdCompress)(body),
  br: (body: Buffer) =>
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: (body: Buffer) => promisify(gzip)(body, { level: 1 }),
} as const;

type Encoding = keyof typeof ENCODERS;

const qualityOf = (accepted: string, encoding: string): number => {
  for (const part of accepted.split(',')) {
    const [name, ...parameters] = part.trim().toLowerCase().split(';');
    if (name?.trim() !== encoding) continue;
    const quality = parameters.map((parameter) => /^\s*q=([\d.]+)/.exec(parameter)?.[1]).find(Boolean);
    return quality === undefined ? 1 : Number(quality);
  }
  return 0;
};

/** The best encoding that a client takes (RFC 9110 §12.5.3), ours first among equals; null: none. */
export const chooseEncoding = (accepted: string | undefined): Encoding | null => {
  let best: Encoding | null = null;
  for (const encoding of Object.keys(ENCODERS) as Encoding[]) {
    const quality = qualityOf(accepted ?? '', encoding);
    if (quality > 0 && (best === null || quality > qualityOf(accepted ?? '', best))) best = encoding;
  }
  return best;
};

export interface Encoded {
  readonly body: Buffer;
  readonly encoding: Encoding | null;
}

/** Bodies over 1 KB are compressed, off this thread. */
export const encodeBody = async (body: Buffer, accepted: string | undefined): Promise<Encoded> => {
  const encoding = body.length < MIN_BYTES ? null : chooseEncoding(accepted);
  return encoding === null ? { body, encoding } : { body: await ENCODERS[encoding](body), encoding };
};
