import { createHash } from 'node:crypto';

/** Written beside everything that the collector installs. */
export interface ManagedMeta {
  readonly managed_by: 'noveum';
  readonly version: number;
  /** Of the content, so that a changed setting is seen. */
  readonly digest: string;
}

/**
 * - `made`, `changed`: written now
 * - `kept`: it was as it should be
 * - `newer`: a later version wrote it, and it stays
 * - `foreign`: it isn't ours, and it stays
 */
export type Installed = 'made' | 'changed' | 'kept' | 'newer' | 'foreign';

export interface ManagedThing {
  readonly version: number;
  readonly content: object;
  /** Its `_meta`; undefined: there is none; null: the thing itself isn't there. */
  readonly read: () => Promise<unknown>;
  readonly write: (meta: ManagedMeta) => Promise<unknown>;
}

const isOurs = (meta: unknown): meta is ManagedMeta =>
  typeof meta === 'object' && meta !== null && (meta as Partial<ManagedMeta>).managed_by === 'noveum';

/** Writes a thing where it is missing, older or of other content. Two that do so at once write the same. */
export const ensure = async ({ version, content, read, write }: ManagedThing): Promise<Installed> => {
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
  const found = await read();
  if (found !== null) {
    if (!isOurs(found)) return 'foreign';
    if (found.version > version) return 'newer';
    if (found.version === version && found.digest === digest) return 'kept';
  }
  await write({ managed_by: 'noveum', version, digest });
  return found === null ? 'made' : 'changed';
};
