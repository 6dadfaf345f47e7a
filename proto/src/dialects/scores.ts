import type { Attributes, EventDocument, Json, ScoreDocument } from '../document/index.js';
import { isList, isRecord, label, number } from './convert.js';
import { lenientJson } from './lenient-json.js';
import type { SpanInput } from './table.js';
import { indexedOf, unflatten } from './unflatten.js';

const RESULT = 'gen_ai.evaluation.result';

const textAt = (from: Attributes, name: string): string | undefined => {
  const text = label(from[name] ?? null);
  return typeof text === 'string' ? text : undefined;
};

const scoreOf = (from: Attributes, prefix: string, valueName: string, labelName: string): ScoreDocument[] => {
  const name = textAt(from, `${prefix}name`);
  if (name === undefined) return [];
  const value = number(from[`${prefix}${valueName}`] ?? null);
  const word = textAt(from, `${prefix}${labelName}`);
  const explanation = textAt(from, `${prefix}explanation`);
  const source = textAt(from, `${prefix}annotator_kind`);
  const errorType = textAt(from, 'error.type');
  return [
    {
      name,
      ...(typeof value === 'number' ? { value } : {}),
      ...(word === undefined ? {} : { label: word }),
      ...(explanation === undefined ? {} : { explanation }),
      ...(source === undefined ? {} : { source }),
      ...(errorType === undefined ? {} : { error_type: errorType }),
    },
  ];
};

const contentOf = (event: EventDocument): Attributes => {
  const { body } = event as { readonly body?: Json };
  return { ...(isRecord(body) ? body : {}), ...event.attributes };
};

/** `gen_ai.evaluation.result`, on the span or as a log record. */
export const scoresOfEvents = (events: readonly EventDocument[]): readonly ScoreDocument[] =>
  events
    .filter((event) => event.name === RESULT)
    .flatMap((event) => scoreOf(contentOf(event), 'gen_ai.evaluation.', 'score.value', 'score.label'));

const FEEDBACK = /^(?:trace\.)?(?:annotation|evaluation)s\.\d/;

/** OpenInference's feedback: on the span itself, or behind a prefix on its trace. */
const feedbackOf = (attributes: Attributes, prefix: '' | 'trace.'): readonly ScoreDocument[] => {
  if (!Object.keys(attributes).some((key) => FEEDBACK.test(key))) return [];
  const indexed = indexedOf(attributes);
  return ['annotation', 'evaluation'].flatMap((kind) => {
    const items = unflatten(indexed, `${prefix}${kind}s.`);
    return (isList(items) ? items : []).flatMap((item) => {
      const told = isRecord(item) ? item[kind] : undefined;
      return isRecord(told) ? scoreOf(told, '', 'score', 'label') : [];
    });
  });
};

/** What a span says of its whole trace. */
export const traceScoresOf = (span: SpanInput): readonly ScoreDocument[] => feedbackOf(span.attributes, 'trace.');

const braintrustScores = (attributes: Attributes): readonly ScoreDocument[] => {
  const scores = lenientJson(attributes['braintrust.scores'] ?? null);
  if (!isRecord(scores)) return [];
  return Object.entries(scores).flatMap(([name, sent]) => {
    const value = number(sent);
    return typeof value === 'number' ? [{ name, value }] : [];
  });
};

export const scoresOf = (span: SpanInput): readonly ScoreDocument[] => [
  ...scoresOfEvents(span.events),
  ...feedbackOf(span.attributes, ''),
  ...braintrustScores(span.attributes),
];
