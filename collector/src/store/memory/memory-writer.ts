import { type DocumentReading, sentDocumentOf } from 'noveum-proto';

import type { ProjectUsage, TraceChange, TraceFragment, TraceWriter, WriteReport } from '../trace-store.js';
import { createHeldTrace, type HeldTrace } from './held-trace.js';
import { createMemoryErasures } from './memory-erasures.js';

/** What writer and reader share. */
export interface MemoryState {
  /** By project and trace key, see `placeName`. */
  readonly traces: Map<string, HeldTrace>;
  /** By project and day. */
  readonly usage: Map<string, ProjectUsage>;
  readonly reading: DocumentReading;
}

export const placeName = (project: string, name: string): string => JSON.stringify([project, name]);

const dayOf = (millis: number): string => new Date(millis).toISOString().slice(0, 10);

const addUsage = (state: MemoryState, fragment: TraceFragment, traces: number, spans: number): void => {
  const { project, payload } = fragment;
  const day = dayOf(fragment.receivedAtMillis);
  const place = placeName(project, day);
  const held = state.usage.get(place) ?? { project, day, traces: 0, spans: 0, bytes: 0 };
  state.usage.set(place, {
    ...held,
    traces: held.traces + traces,
    spans: held.spans + spans,
    bytes: held.bytes + payload.length,
  });
};

interface Taken extends Omit<WriteReport, 'erasedFragments'> {
  readonly isTaken: boolean;
}

const takeFragment = (state: MemoryState, fragment: TraceFragment): Taken => {
  const place = placeName(fragment.project, fragment.traceKey);
  const known = state.traces.get(place);
  const trace = known ?? createHeldTrace(state.reading);
  state.traces.set(place, trace);
  const duplicateSpans = trace.countHeld(sentDocumentOf([fragment])?.spans ?? []);
  const spansBefore = trace.document()?.span_count ?? 0;
  if (!trace.take(fragment)) return { newTraces: 0, newSpans: 0, duplicateSpans, isTaken: false };
  const newTraces = known === undefined ? 1 : 0;
  const newSpans = (trace.document()?.span_count ?? 0) - spansBefore;
  addUsage(state, fragment, newTraces, newSpans);
  return { newTraces, newSpans, duplicateSpans, isTaken: true };
};

export const createMemoryWriter = (state: MemoryState): TraceWriter => {
  const erasures = createMemoryErasures(state.traces);
  return {
    write(fragments, onChange) {
      const changes = new Map<string, TraceChange>();
      const report = { newTraces: 0, newSpans: 0, duplicateSpans: 0, erasedFragments: 0 };
      for (const fragment of fragments) {
        const { project, traceKey } = fragment;
        const place = placeName(project, traceKey);
        if (erasures.isErased(place)) {
          report.erasedFragments++;
          continue;
        }
        const taken = takeFragment(state, fragment);
        const isNew = taken.newTraces > 0 || changes.get(place)?.isNew === true;
        if (taken.isTaken) changes.set(place, { project, traceKey, isNew });
        report.newTraces += taken.newTraces;
        report.newSpans += taken.newSpans;
        report.duplicateSpans += taken.duplicateSpans;
      }
      if (onChange !== undefined) for (const change of changes.values()) onChange(change);
      return Promise.resolve(report);
    },
    sync: () => Promise.resolve(),
    erase: (request) => Promise.resolve(erasures.erase(request)),
    erasure: (id) => Promise.resolve(erasures.get(id)),
    maintain: () => Promise.resolve(false),
    backup: () => Promise.reject(new Error('the memory store keeps nothing on disk to back up')),
    close: () => Promise.resolve(),
  };
};
