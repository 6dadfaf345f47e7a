export type { BulkItem, Fault, FaultRule, SeenRequest } from './fault.js';
export { type FaultProxy, type FaultProxyOptions, startFaultProxy } from './fault-proxy.js';
