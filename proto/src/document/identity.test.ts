import { traceKey } from './index.js';

test.each([
  ['a UUID', 'B2DCE7C0-9328-4F4C-AD9E-A01C99B6D8DA', 'b2dce7c093284f4cad9ea01c99b6d8da'],
  ['hex of 32 digits', 'B2DCE7C093284F4CAD9EA01C99B6D8DA', 'b2dce7c093284f4cad9ea01c99b6d8da'],
  ['hex of 16 digits, not padded', '00F067AA0BA902B7', '00f067aa0ba902b7'],
  ['any other text', 'Order-17/A', 'Order-17/A'],
  ['dashes that make no UUID', 'AB-CD', 'AB-CD'],
])('the key of %s', (_what, id, key) => {
  expect(traceKey(id)).toBe(key);
  expect(traceKey(key)).toBe(key);
});
