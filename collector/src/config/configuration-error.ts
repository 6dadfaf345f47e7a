/** Thrown at start where the configuration can't hold in the world as it is, e.g. no key beyond loopback. Exit code 2. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
