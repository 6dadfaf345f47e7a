export {
  decryptAttribute,
  EncryptingSpanProcessor,
  NoveumSpanExporter,
  NoveumSpanProcessor,
} from './edge-stand-ins.js';
