import { type ElasticsearchTransport, getDocuments } from '../client/index.js';

const IDS_AT_ONCE = 1_000;

/** Of these heads those that were erased, and may not come back; none where nothing ever was. */
export const readErased = async (
  transport: ElasticsearchTransport,
  index: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> => {
  const erased = new Set<string>();
  for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
    const docs = ids.slice(at, at + IDS_AT_ONCE).map((id) => ({ _index: index, _id: id }));
    for (const { _id: id, found } of await getDocuments(transport, { docs }, {})) if (found === true) erased.add(id);
  }
  return erased;
};
