import { Counter, type Registry } from 'prom-client';

/** What came to the text index; counts since the last call. */
export interface TextSeen {
  readonly indexedTexts: number;
  readonly cutTraces: number;
  readonly rebuilds: number;
  readonly unreadableRecords: number;
}

export interface TextMetrics {
  indexed(seen: TextSeen): void;
}

export const createTextMetrics = (registry: Registry): TextMetrics => {
  const counter = (name: string, help: string): Counter =>
    new Counter({ name: `noveum_text_${name}_total`, help, registers: [registry] });
  const counters = {
    indexedTexts: counter('indexed_texts', 'Texts that were read for the text index, repeated ones included'),
    cutTraces: counter('cut_traces', 'Times that a trace had more text than is indexed of one'),
    rebuilds: counter('rebuilds', 'Times that the text index was made anew from the store'),
    unreadableRecords: counter('unreadable_records', 'Requests whose texts could not be read'),
  };
  return {
    indexed(seen) {
      for (const count of Object.keys(counters) as (keyof typeof counters)[]) counters[count].inc(seen[count]);
    },
  };
};
