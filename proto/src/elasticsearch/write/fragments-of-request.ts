import { traceKey } from '../../document/index.js';
import { createSpanSplitter } from '../../otlp/index.js';
import type { ArrivedFragment } from './arrived-fragment.js';

/** A fragment, and how many spans it has. */
export interface RequestFragment extends ArrivedFragment {
  readonly spanCount: number;
}

const DEFAULT_PROJECT = 'default';

const split = createSpanSplitter(['noveum.project', 'openinference.project.name'], (values) => {
  const named = values.find((value) => typeof value === 'string' && value !== '');
  return typeof named === 'string' ? named : DEFAULT_PROJECT;
});

/**
 * What an ExportTraceServiceRequest says of each trace, as a collector takes it from a sender whose key names neither
 * project nor environment. Throws MalformedProtobuf.
 */
export const fragmentsOfRequest = (request: Uint8Array, receivedAtMillis: number): RequestFragment[] =>
  split(request).map(({ payload, project, spanCount, traceId }) => ({
    kind: 'otlp-spans' as const,
    payload,
    project,
    keyEnvironment: null,
    receivedAtMillis,
    traceKey: traceKey(traceId),
    facts: null,
    spanCount,
  }));
