import type { Json, SpanDocument, TraceDocument } from 'noveum-proto/document';

export interface Style {
  faint(text: string): string;
  bold(text: string): string;
  failed(text: string): string;
}

export const PLAIN: Style = { faint: (text) => text, bold: (text) => text, failed: (text) => text };

/** ECMA-48, "SGR". */
const sgr =
  (on: number, off: number) =>
  (text: string): string =>
    `\u001b[${String(on)}m${text}\u001b[${String(off)}m`;

export const COLOURED: Style = { faint: sgr(2, 22), bold: sgr(1, 22), failed: sgr(31, 39) };

const MAX_NAME_LENGTH = 120;

/** A name must not steer the terminal. */
export const shownName = (name: string): string => {
  const plain = name.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '�');
  return plain.length > MAX_NAME_LENGTH ? `${plain.slice(0, MAX_NAME_LENGTH)}…` : plain;
};

export const shownDuration = (millis: number | null): string => {
  if (millis === null) return 'not ended';
  if (millis < 1) return `${String(Math.round(millis * 1000))} µs`;
  if (millis < 1000) return `${millis.toPrecision(3)} ms`;
  return millis < 60_000 ? `${(millis / 1000).toFixed(2)} s` : `${(millis / 60_000).toFixed(1)} min`;
};

const numberOf = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null);
const thousands = (value: number): string => value.toLocaleString('en-US');
const shownCost = (usd: number | null): string[] => (usd === null || usd === 0 ? [] : [`$${usd.toPrecision(3)}`]);

const shownTokens = ({ attributes }: SpanDocument): string[] => {
  const input = numberOf(attributes['llm.input_tokens']);
  const output = numberOf(attributes['llm.output_tokens']);
  const total = numberOf(attributes['llm.total_tokens']);
  if (input !== null && output !== null) return [`${thousands(input)} → ${thousands(output)} tokens`];
  return total === null ? [] : [`${thousands(total)} tokens`];
};

const isFailed = ({ status }: SpanDocument): boolean => status === 'error' || status === 'timeout';

/** What kind of error, never its text, which may quote a prompt. */
const errorType = (span: SpanDocument): string => {
  const named =
    span.attributes['error.type'] ?? span.events.find(({ name }) => name === 'exception')?.attributes['exception.type'];
  return typeof named === 'string' ? shownName(named) : 'error';
};

export const shownSpan = (span: SpanDocument, style: Style): string =>
  [
    style.bold(shownName(span.name)),
    ...(span.type === 'span' ? [] : [style.faint(span.type)]),
    shownDuration(span.duration_ms),
    ...shownTokens(span),
    ...shownCost(numberOf(span.attributes['llm.cost'])),
    ...(isFailed(span) ? [style.failed(`✗ ${errorType(span)}`)] : []),
  ].join('  ');

export const shownTrace = (trace: TraceDocument, style: Style): string => {
  const tokens = numberOf(trace.attributes.total_tokens);
  const { error_count: errors, span_count: spans } = trace;
  return [
    style.bold(`trace ${trace.trace_id}`),
    ...trace.services.map(shownName),
    shownDuration(trace.duration_ms),
    `${thousands(spans)} ${spans === 1 ? 'span' : 'spans'}`,
    ...(tokens === null || tokens === 0 ? [] : [`${thousands(tokens)} tokens`]),
    ...shownCost(numberOf(trace.attributes.total_cost)),
    ...(errors === 0 ? [] : [style.failed(`${thousands(errors)} ${errors === 1 ? 'error' : 'errors'}`)]),
  ].join('  ');
};
