import { encodeLogsJson, encodeTracesJson } from 'noveum-proto';

import { senderProjects } from '../normalise/index.js';
import { createProjectRedactions, createRecordRedaction, type RedactedRecord } from './index.js';

const LIMITS = { attributesPerSpan: 1_000, nesting: 64, spanNameBytes: 4_096 };
const MAIL = 'ann@example.org';
const rule = (projects: readonly string[], enabled = true) => ({ projects, enabled, options: {} });

const redactionBy = (...rules: Parameters<typeof createProjectRedactions>[0]) => {
  const redactions = createProjectRedactions(rules, () => ({}));
  return { redactions, ...createRecordRedaction({ redactions, projects: senderProjects }) };
};

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const resourceOf = (project: string) => ({ attributes: [attribute('noveum.project', project)] });
const traceId = 'ab'.repeat(16);

const encoded = (outcome: ReturnType<typeof encodeTracesJson>): Uint8Array => {
  if (outcome.status === 'refused') throw new Error(outcome.problem.issue);
  return outcome.bytes;
};

const spansOf = (...projects: readonly string[]): RedactedRecord => ({
  format: 'otlp-traces',
  refused: [],
  body: encoded(
    encodeTracesJson(
      {
        resourceSpans: projects.map((project) => ({
          resource: resourceOf(project),
          scopeSpans: [{ spans: [{ traceId, spanId: '00000000000000a1', name: `${MAIL} of ${project}` }] }],
        })),
      },
      LIMITS,
    ),
  ),
});

const logsOf = (...projects: readonly string[]): RedactedRecord => ({
  format: 'otlp-logs',
  refused: [],
  body: encoded(
    encodeLogsJson(
      {
        resourceLogs: projects.map((project) => ({
          resource: resourceOf(project),
          scopeLogs: [{ logRecords: [{ traceId, body: { stringValue: `${MAIL} of ${project}` } }] }],
        })),
      },
      LIMITS,
    ),
  ),
});

const nativeOf = (...projects: readonly string[]): RedactedRecord => ({
  format: 'native',
  refused: [],
  body: Buffer.from(
    `{"traces":[${projects.map((project) => `{"project":"${project}","name":"${MAIL} of ${project}","count":12345678901234567890}`).join()}]}`,
  ),
});

const FORMATS = [spansOf, logsOf, nativeOf];
const textOf = ({ body }: RedactedRecord): string => Buffer.from(body).toString('latin1');

describe.each(FORMATS)('%p', (recordOf) => {
  test("the key's project decides, whatever the sender names", () => {
    const { redact, concerns } = redactionBy(rule(['shut']));
    const record = recordOf('open');
    expect(redact(record, 'open')).toBe(record);
    expect(concerns(record, 'open')).toBe(false);
    expect(concerns(record, 'shut')).toBe(true);
    expect(textOf(redact(record, 'shut'))).toContain('[EMAIL] of open');
    const named = recordOf('shut');
    expect(redact(named, 'open')).toBe(named);
  });

  test('without a key the sender does, and what names the project stays', () => {
    const { redact } = redactionBy(rule([MAIL]));
    const record = recordOf('open');
    expect(redact(record, null)).toBe(record);
    const text = textOf(redact(recordOf(MAIL), null));
    expect(text).toContain('[EMAIL] of [EMAIL]');
    expect(text.split(MAIL)).toHaveLength(2);
  });

  test('a rule for all others is for those that none names', () => {
    const { redact } = redactionBy(rule(['open'], false), rule(['*']));
    const record = recordOf('open');
    expect(redact(record, null)).toBe(record);
    expect(redact(record, 'open')).toBe(record);
    expect(textOf(redact(recordOf('new'), null))).not.toContain(MAIL);
    expect(textOf(redact(record, 'new'))).not.toContain(MAIL);
  });

  test('what was refused to the sender is not kept at all, and counts are by project', () => {
    const { redact, redactions } = redactionBy(rule(['a', 'b']));
    const redacted = redact({ ...recordOf('a', 'b'), refused: [0] }, 'b');
    expect(redacted.refused).toEqual([]);
    expect(textOf(redacted)).not.toContain(' of a');
    expect(textOf(redacted)).toContain('[EMAIL] of b');
    expect(redactions.takeCounts()).toEqual({ b: { email: 1 } });
    expect(redactions.takeCounts()).toEqual({});
  });
});

test('each resource of spans, each native trace is under the rule of its own project', () => {
  const { redact } = redactionBy(rule(['shut']));
  for (const recordOf of [spansOf, nativeOf]) {
    const text = textOf(redact(recordOf('open', 'shut', 'open'), null));
    expect(text.split(`${MAIL} of open`)).toHaveLength(3);
    expect(text).toContain('[EMAIL] of shut');
  }
});

test('all records of a trace are under the rule of the project that the trace goes to', () => {
  const { redact } = redactionBy(rule(['shut']));
  const text = textOf(redact(logsOf('shut', 'open'), null));
  expect(text).not.toContain(MAIL);
  const untouched = logsOf('open', 'shut');
  expect(redact(untouched, null)).toBe(untouched);
});

test('integers of native traces keep their digits', () => {
  const { redact } = redactionBy(rule(['shut']));
  expect(textOf(redact(nativeOf('shut'), null))).toContain('"count":12345678901234567890');
});

test('what is no request can only be refused', () => {
  const { redact } = redactionBy(rule(['shut']));
  const twice = Buffer.from([10, 4, 10, 0, 10, 0]);
  expect(() => redact({ format: 'otlp-traces', refused: [], body: twice }, 'shut')).toThrow('malformed protobuf');
});
