import type { Message } from './otlp-arbitraries.js';

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const CODES = ['UNSET', 'OK', 'ERROR'];
const LARGE_INTEGERS = new Set([
  'intValue',
  'timeUnixNano',
  'observedTimeUnixNano',
  'startTimeUnixNano',
  'endTimeUnixNano',
]);
const HEX_IDS = new Set(['traceId', 'spanId', 'parentSpanId']);

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * OTLP/JSON text of a message, spelled in one of the ways that senders spell it: `choices` are dice, used in turn.
 */
export const writeOtlpJson = (message: Message, choices: readonly number[]): string => {
  let turn = 0;
  const roll = (sides: number): number => (choices[turn++ % choices.length] ?? 0) % sides;

  const writeBytes = (name: string, value: Uint8Array): string => {
    const bytes = Buffer.from(value);
    if (!HEX_IDS.has(name)) return JSON.stringify(bytes.toString(roll(2) === 0 ? 'base64' : 'base64url'));
    const hex = bytes.toString('hex');
    return JSON.stringify([hex, hex.toUpperCase(), bytes.toString('base64')][roll(3)]);
  };

  const writeNumber = (name: string, value: number): string => {
    if (name === 'doubleValue')
      return Number.isFinite(value) && !Object.is(value, -0) ? JSON.stringify(value) : writeSpecial(value);
    if (name === 'kind' && roll(2) === 0) return JSON.stringify(`SPAN_KIND_${KINDS[value] ?? ''}`);
    if (name === 'code' && roll(2) === 0) return JSON.stringify(`STATUS_CODE_${CODES[value] ?? ''}`);
    return String(value);
  };

  const writeSpecial = (value: number): string => (Object.is(value, -0) ? '-0.0' : JSON.stringify(String(value)));

  const write = (name: string, value: unknown): string => {
    if (value instanceof Uint8Array) return writeBytes(name, value);
    if (Array.isArray(value)) return `[${value.map((item) => write(name, item)).join(',')}]`;
    if (typeof value === 'number') return writeNumber(name, value);
    if (typeof value === 'string') return LARGE_INTEGERS.has(name) && roll(2) === 0 ? value : JSON.stringify(value);
    if (typeof value === 'object' && value !== null) return writeMessage(value as Message);
    return JSON.stringify(value);
  };

  const writeMessage = (object: Message): string => {
    const members = Object.entries(object).map(
      ([name, value]) => `${JSON.stringify(roll(4) === 0 ? snakeCase(name) : name)}: ${write(name, value)}`,
    );
    if (roll(8) === 0) members.push('"unknownField":[{"x":null}]');
    if (roll(8) === 0 && Object.keys(object).length > 0 && !('schemaUrl' in object)) members.push('"schemaUrl":null');
    return `{${members.join(',')}}`;
  };

  return writeMessage(message);
};
