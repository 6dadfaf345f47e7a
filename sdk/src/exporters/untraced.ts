import { context, createContextKey } from '@opentelemetry/api';

import type { Exporter } from './exporter.js';

/** As `suppressTracing` of OpenTelemetry's SDK has it, which to load for it would cost the thread more than all its own code. */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/**
 * What an exporter does makes no spans, though the host's HTTP is instrumented: each export would be the cause of the
 * next.
 */
export const untraced = (exporter: Exporter): Exporter => ({
  name: exporter.name,
  export: (batch, signal) =>
    context.with(context.active().setValue(SUPPRESS_TRACING, true), () => exporter.export(batch, signal)),
  close: () => exporter.close(),
});
