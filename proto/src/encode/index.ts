export {
  type Arena,
  beginMessage,
  createArena,
  endMessage,
  ensureRoom,
  putVarint,
  varintWidth,
  writeCount,
} from './arena.js';
export { encodedKey, writeAttribute, writeAttributes } from './attributes.js';
export { putFixed32, putHex, putHrTime } from './numbers.js';
export { writeText, writeTextOf } from './text.js';
export type { Losses } from './values.js';
