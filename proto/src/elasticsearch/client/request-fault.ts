import { type Fault, showFault } from './fault.js';

/** What a transport throws, or what answers as a whole come to. */
export class RequestFault extends Error {
  override readonly name = 'RequestFault';

  constructor(readonly fault: Fault) {
    super(`Elasticsearch ${showFault(fault)}`);
  }
}
