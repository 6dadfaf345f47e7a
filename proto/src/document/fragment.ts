/**
 * A fragment is what one request said of one trace, as it is kept on disk. A trace document is the
 * merge of its fragments; nothing else is kept, so documents can be derived anew at any time.
 */
export type FragmentKind = 'otlp-spans' | 'otlp-logs' | 'native';

export interface Fragment {
  /**
   * `otlp-spans`: an OTLP TracesData message whose spans all belong to this trace.
   * `otlp-logs`: an OTLP LogsData message whose records all belong to this trace.
   * `native`: UTF-8 JSON of one native trace object (`trace_id` always present).
   */
  readonly kind: FragmentKind;
  readonly payload: Uint8Array;
  readonly project: string;
  /** The API key's environment, used where the sender names none. */
  readonly keyEnvironment: string | null;
  readonly receivedAtMillis: number;
}
