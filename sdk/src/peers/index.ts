export { GRPC_PACKAGE, RE2JS_PACKAGE } from './packages.js';
