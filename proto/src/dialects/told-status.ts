import type { Attributes, Json, SpanStatus } from '../document/index.js';
import { label } from './convert.js';

/** Langfuse tells a failure by its own level, and leaves OpenTelemetry's status unset. */
export const STATUS_LEVEL_KEY = 'langfuse.observation.level';
const MESSAGE_KEY = 'langfuse.observation.status_message';

const FAILED = /^"?error"?$/i;

/** The status that a sender tells otherwise than by the span's own, where that is unset. */
export const toldStatusOf = (status: SpanStatus, level: unknown): SpanStatus =>
  status === 'unset' && typeof level === 'string' && FAILED.test(level) ? 'error' : status;

export const toldMessageOf = (attributes: Attributes): string | null => {
  const told: Json | undefined = label(attributes[MESSAGE_KEY] ?? null);
  return typeof told === 'string' ? told : null;
};
