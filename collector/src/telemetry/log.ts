import { type DestinationStream, pino } from 'pino';

import { isErrorCode } from '../errors/index.js';

export type LogFields = Readonly<Record<string, unknown>>;

/** One JSON object a line. Fields hold names, counts and codes, never anything out of a payload. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export type LogDestination = DestinationStream;

const isErrno = (code: unknown): code is string => typeof code === 'string' && /^E[A-Z0-9]+$/.test(code);

/**
 * Parsers quote what they choke on, so a message is kept only from our own errors and from the operating system;
 * of the rest the name and the frames of the stack say enough.
 */
const describeError = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { kind: typeof error };
  const { code } = error as { code?: unknown };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(isErrorCode(code) || isErrno(code) ? { message: error.message } : {}),
    frames: frames.map((line) => line.trim()).slice(0, 12),
  };
};

export const createLog = (level: string, destination: LogDestination): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
    },
    destination,
  );
