export { ConfigurationError, type ConfigurationProblem, NoveumError, type SdkErrorCode } from './errors.js';
export { errorTeller, type ReportFault } from './error-teller.js';
