import { setTimeout as pause } from 'node:timers/promises';

import type { Fault } from './fault.js';
import type { ElasticsearchTransport } from './transport.js';

/** The pauses between the tries, all together, after which a shard is missing for good. */
const PATIENCE_MILLIS = 5_000;
const FIRST_PAUSE_MILLIS = 25;
const LONGEST_PAUSE_MILLIS = 400;

const isShardMissing = ({ status, type }: Fault): boolean =>
  type === 'no_shard_available_action_exception' || (type === 'search_phase_execution_exception' && status === 503);

/**
 * Reads again while an index is starting: a rollover puts it under the alias before it can be asked, and for that time
 * whatever reads them all is refused. Throws what was answered last where an index does not start in 5 s.
 */
export const awaitShards = async <T>(
  read: () => Promise<T>,
  faultOf: ElasticsearchTransport['faultOf'],
  patienceMillis = PATIENCE_MILLIS,
): Promise<T> => {
  let waited = 0;
  for (let millis = FIRST_PAUSE_MILLIS; ; millis = Math.min(LONGEST_PAUSE_MILLIS, 2 * millis)) {
    try {
      return await read();
    } catch (error) {
      const fault = faultOf(error);
      if (fault === null || !isShardMissing(fault) || waited >= patienceMillis) throw error;
      await pause(millis);
      waited += millis;
    }
  }
};
