import { ConfigurationError } from '../../errors/index.js';
import type * as Encryption from '../../processors/encryption/index.js';
import type * as NodePieces from '../node/index.js';

const refusing = (option: string, why: string): (() => never) =>
  // No arrow function: it is called with `new`, too.
  function refuse() {
    throw new ConfigurationError([{ option, rule: `needs Node.js: ${why}`, value: 'a call' }]);
  };

const CIPHERS = 'its ciphers answer at once';
const INIT = 'here init() joins the provider that is there';

/** Stands where Node's is: always throws a `ConfigurationError`. */
export const EncryptingSpanProcessor = refusing(
  'EncryptingSpanProcessor',
  CIPHERS,
) as unknown as typeof Encryption.EncryptingSpanProcessor;

/** Stands where Node's is: always throws a `ConfigurationError`. */
export const decryptAttribute: typeof Encryption.decryptAttribute = refusing('decryptAttribute', CIPHERS);

/** Stands where Node's is: always throws a `ConfigurationError`. */
export const NoveumSpanExporter = refusing(
  'NoveumSpanExporter',
  INIT,
) as unknown as typeof NodePieces.NoveumSpanExporter;

/** Stands where Node's is: always throws a `ConfigurationError`. */
export const NoveumSpanProcessor = refusing(
  'NoveumSpanProcessor',
  INIT,
) as unknown as typeof NodePieces.NoveumSpanProcessor;
