/** What redacts: `createRedactor` of `noveum-proto/redaction` makes one, an application may have its own. Pure. */
export interface SpanRedactor {
  /** `name`: what the text stands under. */
  readonly text: (text: string, name?: string) => string;
  readonly attributes: <T extends Readonly<Record<string, unknown>>>(attributes: T) => T;
}

/** Changes each object once: exporters group by resource and scope, which have to stay one. */
export const remembering = <Item extends object>(change: (item: Item) => Item): ((item: Item) => Item) => {
  const known = new WeakMap<Item, Item>();
  return (item) => {
    let changed = known.get(item);
    if (changed === undefined) {
      changed = change(item);
      known.set(item, changed);
    }
    return changed;
  };
};
