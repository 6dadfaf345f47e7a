export { hmacSha256Hex, sha256Hex } from './sha256.js';
