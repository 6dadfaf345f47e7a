export { ConfigurationError, type ConfigurationProblem, NoveumError, type SdkErrorCode } from './errors.js';
