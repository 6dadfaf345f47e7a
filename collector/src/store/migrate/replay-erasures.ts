import type { MigrateOptions, Migrating } from './migrating.js';

/**
 * Erases in the target what was erased here after it was copied, which leaves its own record of it there. Which traces
 * those are, a record of erasures does not say; it says of a trace whether it was erased, so the target's are asked for.
 */
export const replayErasures = async (options: MigrateOptions, { insist }: Migrating): Promise<number> => {
  const { newId, now, onStep, openErased, signal, target } = options;
  const erased = openErased();
  if (erased === null) return 0;
  let done = 0;
  let found = 0;
  try {
    if (erased.count() === 0) return 0;
    await insist(() => target.refresh());
    for await (const places of target.traces()) {
      for (const { project, traceKey } of places) {
        signal.throwIfAborted();
        if (!erased.has(project, traceKey)) continue;
        const request = { id: newId(), requestedAtMillis: now(), target: { project, traceKey } };
        await insist(() => target.erase(request));
        found++;
      }
      done += places.length;
      onStep({ phase: 'erasing', done, total: done });
    }
    return found;
  } finally {
    erased.close();
  }
};
