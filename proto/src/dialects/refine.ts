import { type Attributes, nanosOfIso } from '../document/index.js';
import { type Field, SLOTS } from './fields.js';
import { type Found, textOf, valueOf } from './find-fields.js';
import { lenientJson } from './lenient-json.js';
import type { SpanInput } from './table.js';

type Refinement = (found: Found, span: SpanInput, attributes: Attributes) => void;

const setMissing = (found: Found, field: Field, value: string | number | undefined, rule: string): void => {
  if (value === undefined || valueOf(found, field) !== undefined) return;
  found.values[SLOTS[field]] = value;
  found.rules[SLOTS[field]] = rule;
};

const PARAMETERS = 'openinference/llm.invocation_parameters';

/** Where OpenInference's parameters name the model that was asked for, `llm.model_name` is the one that answered. */
export const answeringModel = (found: Found): void => {
  if (found.rules[SLOTS['gen_ai.request.model']] !== PARAMETERS) return;
  setMissing(found, 'gen_ai.response.model', textOf(found, '#model'), 'openinference/llm.model_name');
};

const NANOS_PER_SECOND = 1e9;

const firstToken: Refinement = (found, span) => {
  const event = span.events.find(({ name }) => name === 'First Token Stream Event');
  if (event?.time_unix_nano === undefined || span.start_unix_nano === undefined) return;
  const nanos = BigInt(event.time_unix_nano) - BigInt(span.start_unix_nano);
  if (nanos < 0n) return;
  const rule = 'openinference/First Token Stream Event';
  setMissing(found, 'gen_ai.response.time_to_first_chunk', Number(nanos) / NANOS_PER_SECOND, rule);
};

/** Langfuse notes when the first token came, as JSON of a time. */
const completionStart: Refinement = (found, span, attributes) => {
  const sent = lenientJson(attributes['langfuse.observation.completion_start_time'] ?? null);
  const at = typeof sent === 'string' ? nanosOfIso(sent) : null;
  if (at === null || span.start_unix_nano === undefined) return;
  const nanos = at - BigInt(span.start_unix_nano);
  if (nanos < 0n) return;
  const rule = 'langfuse/langfuse.observation.completion_start_time';
  setMissing(found, 'gen_ai.response.time_to_first_chunk', Number(nanos) / NANOS_PER_SECOND, rule);
};

const EXCEPTIONS: ReadonlySet<string> = new Set(['exception', 'gen_ai.client.operation.exception']);

const exceptionType: Refinement = (found, span) => {
  const event = span.events.find(({ name }) => EXCEPTIONS.has(name));
  const type = event?.attributes['exception.type'] ?? (span as { exception?: Attributes }).exception?.type;
  if (span.status === 'ok' || typeof type !== 'string' || type === '') return;
  setMissing(found, 'error.type', type, 'otel/exception');
};

/** These name a span after the tool or agent that it is a run of. */
const NAMED_BY_SPAN = /^(?:langfuse|langsmith|laminar|braintrust|mlflow|openinference)\//;

const FIELD_OF_OPERATION: Readonly<Record<string, Field>> = {
  execute_tool: 'gen_ai.tool.name',
  invoke_agent: 'gen_ai.agent.name',
};

const nameOfSpan: Refinement = (found, span) => {
  const [dialect] = NAMED_BY_SPAN.exec(found.rules[SLOTS['gen_ai.operation.name']] ?? '') ?? [];
  const field = FIELD_OF_OPERATION[textOf(found, 'gen_ai.operation.name') ?? ''];
  if (dialect !== undefined && field !== undefined && span.name !== '')
    setMissing(found, field, span.name, `${dialect}name`);
};

const REFINEMENTS: readonly Refinement[] = [firstToken, completionStart, exceptionType, nameOfSpan];

/** What a table can't say, because it takes more than one attribute or an event. */
export const refine: Refinement = (found, span, attributes) => {
  for (const refinement of REFINEMENTS) refinement(found, span, attributes);
};
