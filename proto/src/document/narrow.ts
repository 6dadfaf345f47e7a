import type { Attributes, Json } from './types.js';

/** Each takes what was sent for what it should be, or for nothing. */

export const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export const recordOf = (value: unknown): Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Attributes) : {};

export const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

/** The first of these that is a text. */
export const firstText = (...values: readonly unknown[]): string | null => {
  for (const value of values) {
    const text = textOf(value);
    if (text !== null) return text;
  }
  return null;
};
