import type { Dialect } from './table.js';
import { adk } from './tables/adk.js';
import { braintrust } from './tables/braintrust.js';
import { afterRelease, canonical } from './tables/canonical.js';
import { general, generic } from './tables/generic.js';
import { genkit } from './tables/genkit.js';
import { langfuse } from './tables/langfuse.js';
import { langsmith } from './tables/langsmith.js';
import { laminar } from './tables/laminar.js';
import { livekit } from './tables/livekit.js';
import { logfire } from './tables/logfire.js';
import { mlflow } from './tables/mlflow.js';
import { noveum } from './tables/noveum.js';
import { openinference } from './tables/openinference.js';
import { openlit } from './tables/openlit.js';
import { otelBefore } from './tables/otel-before.js';
import { traceloop } from './tables/traceloop.js';
import { vercel } from './tables/vercel.js';

/**
 * Every vocabulary that is understood, in the order in which they are believed where several are on one span: the
 * canonical names of any version, what vendors say explicitly, OpenInference, Traceloop, Vercel, and names of no one.
 */
export const DIALECTS: readonly Dialect[] = [
  general,
  canonical,
  afterRelease,
  otelBefore,
  openlit,
  logfire,
  langfuse,
  langsmith,
  laminar,
  braintrust,
  mlflow,
  genkit,
  adk,
  livekit,
  openinference,
  traceloop,
  vercel,
  noveum,
  generic,
];
