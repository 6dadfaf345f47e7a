/** What happens to one request on its way to the node. */
export type Fault =
  /** The connection is cut before the node has heard of it. */
  | { readonly kind: 'cut-before-send' }
  /** The node hears of it only then. */
  | { readonly kind: 'held'; readonly until: Promise<unknown> }
  /** The node does it, and the connection is cut before its answer. */
  | { readonly kind: 'cut-after-send' }
  /** The node does it, and its answer never comes. */
  | { readonly kind: 'no-answer' }
  /** The node does it, and its answer comes that much later. */
  | { readonly kind: 'slow'; readonly millis: number }
  /** Answered in the node's stead, which hears nothing of it. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** The node does it, and the connection is cut in the midst of its answer. */
  | { readonly kind: 'half-answer' }
  /** The node does it, and its answer, which is JSON, is changed. */
  | { readonly kind: 'rewrite'; readonly change: (answer: unknown) => unknown }
  /** Those items of a bulk request are kept from the node and told as failed; the others are done. */
  | {
      readonly kind: 'items';
      readonly fails: (item: BulkItem, place: number) => boolean;
      readonly status: number;
      readonly type: string;
    };

/** One action of a bulk request. */
export interface BulkItem {
  readonly action: string;
  readonly index: string | null;
  readonly id: string | null;
}

/** A request as a rule sees it. */
export interface SeenRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** How many requests came before. */
  readonly place: number;
}

/** What is to happen to a request; null: it passes. */
export type FaultRule = (request: SeenRequest) => Fault | null;
