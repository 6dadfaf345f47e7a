import type { Erasures } from './api/index.js';
import type { DrainHost } from './drain-host.js';
import type { Telemetry } from './telemetry/index.js';

interface ErasuresOptions {
  readonly drain: Pick<DrainHost, 'erase' | 'erasure'>;
  readonly telemetry: Telemetry;
  readonly newId: () => string;
  readonly now: () => number;
}

/** Erasures as the API asks for them: each with an id, counted, and a line in the log that tells who asked. */
export const createErasures = ({ drain, telemetry, newId, now }: ErasuresOptions): Erasures => ({
  async erase(target, keyId) {
    const id = newId();
    const erasure = await drain.erase({ id, requestedAtMillis: now(), target });
    // Else it was erased before, and is told again.
    if (erasure?.id === id) {
      const { project, traces } = erasure;
      telemetry.drain.erasedTraces(traces);
      telemetry.log.info({ erasure: id, project, traces, key: keyId }, 'traces were erased');
    }
    return erasure;
  },
  find: (id) => drain.erasure(id),
});
