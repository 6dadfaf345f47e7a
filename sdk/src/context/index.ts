export { contextAttributes, type ContextFields, setContextFields, withContext } from './fields.js';
export {
  type Carrier,
  extract,
  type HeaderMap,
  inject,
  withRemoteParent,
  type WritableCarrier,
} from './propagation.js';
