import type { Fault } from '../client/index.js';
import { codeOfFault, showFault } from '../client/index.js';

/** What `write` and `erase` throw where Elasticsearch could not do it now: the same may succeed later. */
export class ElasticsearchFault extends Error {
  override readonly name = 'ElasticsearchFault';
  /** `ELASTICSEARCH_` and the kind of the fault, e.g. `ELASTICSEARCH_READ_ONLY`. */
  readonly code: string;

  constructor(readonly fault: Fault) {
    super(`Elasticsearch ${showFault(fault)}`);
    this.code = codeOfFault(fault);
  }
}

/** What `write` throws where Elasticsearch will never take a trace as it is. */
export class RefusedByElasticsearch extends Error {
  override readonly name = 'RefusedByElasticsearch';
  readonly code = 'REFUSED_BY_ELASTICSEARCH';

  constructor(readonly fault: Fault) {
    super(`Elasticsearch ${showFault(fault)}`);
  }
}
