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
export { maySayGenAi } from './genai-names.js';
export { encodedKey, writeAttribute, writeAttributes } from './attributes.js';
export { putFixed32, putHex, putHrTime } from './numbers.js';
export { writeText, writeTextOf } from './text.js';
export type { Notes } from './values.js';
