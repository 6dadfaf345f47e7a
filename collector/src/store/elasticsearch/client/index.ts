export { connect } from './connect.js';
export {
  codeOfFault,
  type ErrorCause,
  type Fault,
  type FaultKind,
  faultOf,
  faultOfCause,
  isPassing,
  showFault,
} from './fault.js';
