/** Spans and bytes that are sent and not settled. */
export interface InFlight {
  add(spans: number, bytes: number): void;
  remove(spans: number, bytes: number): void;
  readonly spans: number;
  readonly bytes: number;
}

export const createInFlight = (): InFlight => {
  let spans = 0;
  let bytes = 0;
  return {
    add(moreSpans, moreBytes) {
      spans += moreSpans;
      bytes += moreBytes;
    },
    remove(fewerSpans, fewerBytes) {
      spans -= fewerSpans;
      bytes -= fewerBytes;
    },
    get spans() {
      return spans;
    },
    get bytes() {
      return bytes;
    },
  };
};
