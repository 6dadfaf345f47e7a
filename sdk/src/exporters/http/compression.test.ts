import { createPack } from './index.js';

const bytes = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length);

const packer = (
  ratio: () => number,
): { readonly tries: () => number; readonly pack: ReturnType<typeof createPack> } => {
  let tries = 0;
  const gzip = (body: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> => {
    tries++;
    return Promise.resolve(bytes(Math.round(body.length * ratio())));
  };
  return { tries: () => tries, pack: createPack({ gzip, minBytes: 1000 }) };
};

it.each([
  [999, 0.1, false],
  [1000, 0.79, true],
  [1000, 0.8, false],
])('packs %d bytes that become %f of it: %s', async (length, ratio, isGzip) => {
  const { pack } = packer(() => ratio);
  const packed = await pack(bytes(length));
  expect(packed.isGzip).toBe(isGzip);
  expect(packed.body).toHaveLength(isGzip ? length * ratio : length);
});

it('tries ever more seldom where packing is of no use, and always again where it is', async () => {
  let ratio = 1;
  const { pack, tries } = packer(() => ratio);
  for (let count = 0; count < 1 + 8 + 1 + 16 + 1; count++) await pack(bytes(1000));
  expect(tries()).toBe(3);
  for (let count = 0; count < 2000; count++) await pack(bytes(1000));
  // After 32, 64, 128, and then each 256 bodies.
  expect(tries()).toBe(3 + 3 + 6);
  ratio = 0.5;
  for (let count = 0; count < 257; count++) await pack(bytes(1000));
  const before = tries();
  for (let count = 0; count < 10; count++) expect((await pack(bytes(1000))).isGzip).toBe(true);
  expect(tries()).toBe(before + 10);
});
