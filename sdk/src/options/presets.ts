import type { Preset } from './noveum-options.js';
import type { OptionPath } from './settings.js';

/** Take the place of defaults: whatever is given anywhere beats them. */
export const PRESET_VALUES: Readonly<Record<Preset, Partial<Readonly<Record<OptionPath, unknown>>>>> = {
  production: {
    'sampling.ratio': 0.1,
    'batch.maxSpans': 100,
    'batch.scheduledDelayMillis': 5_000,
    captureContent: false,
    logLevel: 'warn',
  },
  development: { 'batch.scheduledDelayMillis': 200, logLevel: 'debug' },
  serverless: { immediate: true, worker: false },
};
