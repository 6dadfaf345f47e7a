export { connect } from './connect.js';
export { faultOf } from './fault.js';
export { transportOf } from './transport-of.js';
