import { createHash } from 'node:crypto';

/** All that names a trace: each text is in no other. */
export interface Marked {
  readonly traceId: string;
  readonly name: string;
  readonly user: string;
  readonly session: string;
  readonly prompt: string;
  readonly event: string;
  /** A word of the prompt, and its end: the beginning may be shared with others where words are kept in order. */
  readonly word: string;
  readonly wordEnd: string;
}

const LETTERS = 'bcdfghjklmnpqrstvwxz';

/** Letters alone, so that it is one word to whoever cuts texts into words. */
const wordOf = (text: string): string =>
  [...createHash('sha256').update(text).digest().subarray(0, 16)]
    .map((byte) => LETTERS[byte % LETTERS.length])
    .join('');

const hex = (text: string): string => Buffer.from(text).toString('hex').padEnd(32, '7').slice(0, 32);

export const marked = (word: string): Marked => ({
  traceId: hex(`id-${word}`),
  name: `name-${word}-name`,
  user: `user-${word}-user`,
  session: `session-${word}-session`,
  prompt: `prompt-${word}-prompt ${wordOf(word)}`,
  word: wordOf(word),
  wordEnd: wordOf(word).slice(-8),
  event: `event-${word}-event`,
});

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });

const START = 1_795_176_000_000_000_000n;

const spanOf = ({ traceId, name, user, session, prompt }: Marked, at: number) => ({
  traceId,
  spanId: (at + 1).toString(16).padStart(16, '0'),
  name,
  startTimeUnixNano: String(START + BigInt(at) * 1_000_000n),
  endTimeUnixNano: String(START + BigInt(at + 5) * 1_000_000n),
  attributes: [
    attribute('user.id', user),
    attribute('session.id', session),
    attribute('gen_ai.operation.name', 'chat'),
    attribute('gen_ai.request.model', 'gpt-4o'),
    attribute('gen_ai.input.messages', JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: prompt }] }])),
  ],
});

const RESOURCE = { attributes: [attribute('service.name', 'shop'), attribute('noveum.project', 'shop')] };

export const spansBody = (traces: readonly Marked[]): string =>
  JSON.stringify({ resourceSpans: [{ resource: RESOURCE, scopeSpans: [{ spans: traces.map(spanOf) }] }] });

export const logsBody = (traces: readonly Marked[]): string =>
  JSON.stringify({
    resourceLogs: [
      {
        resource: RESOURCE,
        scopeLogs: [
          {
            logRecords: traces.map(({ traceId, event }) => ({
              traceId,
              timeUnixNano: String(START),
              eventName: 'gen_ai.user.message',
              body: { kvlistValue: { values: [attribute('content', event)] } },
            })),
          },
        ],
      },
    ],
  });

export const nativeBody = (traces: readonly Marked[]): string =>
  JSON.stringify({
    traces: traces.map(({ traceId, name, user, session, prompt }) => ({
      trace_id: traceId,
      project: 'shop',
      name,
      start_time: '2026-11-20T12:00:00Z',
      end_time: '2026-11-20T12:00:01Z',
      metadata: { user_id: user, session_id: session, tags: {}, custom_attributes: {} },
      attributes: { prompt },
      spans: [],
    })),
  });
