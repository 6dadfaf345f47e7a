import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';

import type { Exporter } from './exporter.js';

/**
 * What an exporter does makes no spans, though the host's HTTP is instrumented: each export would be the cause of the
 * next.
 */
export const untraced = (exporter: Exporter): Exporter => ({
  name: exporter.name,
  export: (batch, signal) => context.with(suppressTracing(context.active()), () => exporter.export(batch, signal)),
  close: () => exporter.close(),
});
