import fc from 'fast-check';

import { logs, traces } from '../../../test/otlp-arbitraries.js';
import { writeOtlpJson } from '../../../test/otlp-json-writer.js';
import { referenceLogs, referenceTraces } from '../../../test/otlp-reference.js';
import { encodeLogsJson, encodeTracesJson, parseExact } from '../index.js';

const LIMITS = { nesting: 64, attributesPerSpan: 1000, spanNameBytes: 4096 };
const choices = fc.array(fc.nat(255), { minLength: 1, maxLength: 50 });
/** A generated message costs as much as twenty mutated bodies. */
const numRuns = Number(process.env['NOVEUM_FUZZ_BODIES'] ?? (process.env['CI'] === 'true' ? 20_000 : 2_000)) / 20;

test('OTLP/JSON of traces, however spelled, is encoded to what it means', () => {
  fc.assert(
    fc.property(traces, choices, (message, dice) => {
      const outcome = encodeTracesJson(parseExact(writeOtlpJson(message, dice)), LIMITS);
      if (outcome.status === 'refused') throw new Error(`${outcome.problem.field} ${outcome.problem.issue}`);
      expect(outcome.refused).toEqual([]);
      const expected = referenceTraces.decodeToObject(referenceTraces.encode(message));
      expect(referenceTraces.decodeToObject(outcome.bytes)).toEqual(expected);
    }),
    { numRuns },
  );
});

test('OTLP/JSON of logs, however spelled, is encoded to what it means', () => {
  fc.assert(
    fc.property(logs, choices, (message, dice) => {
      const outcome = encodeLogsJson(parseExact(writeOtlpJson(message, dice)), LIMITS);
      if (outcome.status === 'refused') throw new Error(`${outcome.problem.field} ${outcome.problem.issue}`);
      expect(outcome.refused).toEqual([]);
      const expected = referenceLogs.decodeToObject(referenceLogs.encode(message));
      expect(referenceLogs.decodeToObject(outcome.bytes)).toEqual(expected);
    }),
    { numRuns },
  );
});

test('any JSON at all is encoded or refused', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), traces, fc.nat(), (junk, message, place) => {
      const json = parseExact(writeOtlpJson(message, [1])) as object;
      const outcome = encodeTracesJson(replaceAt(json, place, junk), LIMITS);
      if (outcome.status === 'encoded') referenceTraces.decode(outcome.bytes);
      else expect(outcome.problem.kind).not.toBe('');
    }),
    { numRuns },
  );
});

/** Puts `junk` in the place of one of the values inside. */
const replaceAt = (json: object, place: number, junk: unknown): unknown => {
  const slots: { readonly holder: Record<string, unknown>; readonly name: string }[] = [];
  const walk = (holder: Record<string, unknown>): void => {
    for (const [name, value] of Object.entries(holder)) {
      slots.push({ holder, name });
      if (typeof value === 'object' && value !== null) walk(value as Record<string, unknown>);
    }
  };
  walk(json as Record<string, unknown>);
  const slot = slots[place % Math.max(1, slots.length)];
  if (slot === undefined) return junk;
  slot.holder[slot.name] = junk;
  return json;
};
