import { createKnownAttributes, type KnownValue } from './index.js';

const keyValue = (key: string, value: string): Uint8Array => {
  const text = (tag: number, bytes: Uint8Array): number[] => [tag, bytes.length, ...bytes];
  const encoder = new TextEncoder();
  const any = Uint8Array.from(text(10, encoder.encode(value)));
  return Uint8Array.from([...text(10, encoder.encode(key)), ...text(18, any)]);
};

const read = (keys: readonly string[], pairs: readonly (readonly [string, string])[]) => {
  const known = createKnownAttributes(keys);
  const values = new Array<KnownValue>(known.slots).fill(undefined);
  const slots = pairs.map(([key, value]) => {
    const bytes = keyValue(key, value);
    return known.read({ bytes, at: 0 }, bytes.length, values);
  });
  return { slots, values };
};

test('a key with a star stands for all that begin so and are no other known key', () => {
  const { slots, values } = read(
    ['own.*', 'own.name', 'other'],
    [
      ['own.tier', 'pro'],
      ['own.name', 'ada'],
      ['own.', 'nothing behind'],
      ['owner', 'x'],
      ['other', 'y'],
      ['own.seats', '3'],
    ],
  );
  expect(slots).toEqual([0, 1, -1, -1, 2, 0]);
  expect(values).toEqual(['3', 'ada', 'y']);
});
