import type { Files } from './files/index.js';
import { listTextDays, openTextWriter } from './store/embedded/text/index.js';
import type { TextTrace } from './store/index.js';
import type { TextHost } from './text-host.js';

interface ErasableTextsOptions {
  readonly files: Files;
  readonly directory: string;
  /** null: texts are not indexed, or not yet. */
  readonly host: () => TextHost | null;
  readonly isEnabled: boolean;
  readonly pause: (millis: number) => Promise<void>;
}

/** Where the store's own documents hold the terms of their texts. */
export const TEXTS_IN_STORE: Pick<TextHost, 'remove' | 'isPurged'> = {
  remove: () => Promise.resolve(),
  isPurged: () => Promise.resolve(true),
};

/** The thread is back by then, unless its files are at fault. */
const ATTEMPTS = 5;
const RETRY_MILLIS = 1_000;

/** The text index as erasures need it, also where its thread is just away and where none runs. */
export const createErasableTexts = (options: ErasableTextsOptions): Pick<TextHost, 'remove' | 'isPurged'> => {
  const { files, directory, host, isEnabled, pause } = options;

  /** Once texts are indexed again the index is made anew: until then nobody needs what an earlier one left. */
  const dropDays = async (days: readonly number[]): Promise<void> => {
    const held = await listTextDays(files, directory);
    if (!days.some((day) => held.includes(day))) return;
    const writer = await openTextWriter({ files, directory, nowMillis: Date.now });
    for (const day of new Set(days)) if (held.includes(day)) await writer.drop(day);
    writer.close();
  };

  const removeFromHost = async (traces: readonly TextTrace[]): Promise<void> => {
    for (let attempt = 1; ; attempt++)
      try {
        const running = host();
        if (running === null) throw new Error('texts are not indexed yet');
        await running.remove(traces);
        return;
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        await pause(RETRY_MILLIS);
      }
  };

  return {
    remove: (traces) => (isEnabled ? removeFromHost(traces) : dropDays(traces.map(({ day }) => day))),
    isPurged: async () =>
      !isEnabled ||
      ((await host()
        ?.isPurged()
        .catch(() => false)) ??
        false),
  };
};
