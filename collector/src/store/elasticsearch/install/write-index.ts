import type { Client } from '@elastic/elasticsearch';

import { faultOf } from '../client/index.js';
import { dateMathName, parseIndexName, type StoreNames } from './names.js';
import { NOTHING_THERE } from './nothing-there.js';

/** So long no second collector rolls over what a first one has just made. */
const YOUNGEST_ROLLED_OVER = '10s';
const MOST_ATTEMPTS = 5;

type Aliases = readonly (readonly [index: string, isWriteIndex: boolean | undefined])[];

const aliasesOf = async (client: Client, alias: string): Promise<Aliases> => {
  const found = await client.indices.getAlias({ name: alias }, NOTHING_THERE);
  return Object.entries(found).flatMap(([index, told]) => {
    const ours = (told as { aliases?: Record<string, { is_write_index?: boolean }> }).aliases?.[alias];
    return ours === undefined ? [] : [[index, ours.is_write_index] as const];
  });
};

/** The index that takes writes; null: the alias leads to none. */
const writeIndexOf = (aliases: Aliases): string | null => {
  const [only, ...others] = aliases;
  if (only !== undefined && others.length === 0 && only[1] === undefined) return only[0];
  return aliases.find(([, isWriteIndex]) => isWriteIndex === true)?.[0] ?? null;
};

/** Gives indices that lost their alias, as a restored snapshot's do, the alias again; the latest takes writes. */
const adopt = async (client: Client, { alias }: StoreNames, indices: readonly string[]): Promise<void> => {
  const latest = indices.toSorted().at(-1);
  const actions = indices.map((index) => ({ add: { index, alias, is_write_index: index === latest } }));
  await client.indices.updateAliases({ actions });
};

export type WriteIndexOutcome = 'made' | 'there' | 'adopted' | 'taken';

/**
 * Makes the first index with the write alias where there is none. `taken`: an index bears the alias's name. Of two that
 * do it at once one makes it and the other finds it.
 */
export const ensureWriteIndex = async (client: Client, names: StoreNames): Promise<WriteIndexOutcome> => {
  for (let attempt = 1; ; attempt++) {
    const aliases = await aliasesOf(client, names.alias);
    if (writeIndexOf(aliases) !== null) return 'there';
    if (aliases.length === 0 && (await client.indices.exists({ index: names.alias }))) return 'taken';
    const indices = await client.indices.get({ index: names.pattern, features: ['aliases'] });
    const ours = Object.keys(indices).filter((index) => parseIndexName(index, names) !== null);
    try {
      if (ours.length > 0) {
        await adopt(client, names, ours);
        return 'adopted';
      }
      await client.indices.create({
        index: dateMathName(names, 1),
        aliases: { [names.alias]: { is_write_index: true } },
      });
      return 'made';
    } catch (error) {
      const fault = faultOf(error);
      // Another was faster: of the same month, or, in its last moment, of the one before.
      const isRace = fault?.kind === 'exists' || fault?.type === 'illegal_state_exception';
      if (!isRace || attempt === MOST_ATTEMPTS) throw error;
    }
  }
};

/** - `turned`: what is written goes to a new index from now on; - `kept`: nothing was to do. */
export type TurnOutcome = 'turned' | 'kept';

/**
 * Goes on in a new index where a month has begun, by the cluster's clock, or where the present one is of an older
 * mapping. To be called every minute or so; of two collectors that do it at once one does. Size and age are the
 * policy's. Rejects with the client's error.
 */
export const turnWriteIndex = async (client: Client, names: StoreNames, version: number): Promise<TurnOutcome> => {
  const { alias } = names;
  const old = writeIndexOf(await aliasesOf(client, alias));
  const oldName = old === null ? null : parseIndexName(old, names);
  if (old === null || oldName === null) return 'kept';
  const asked = { alias, new_index: dateMathName(names, oldName.number + 1) };
  try {
    const { new_index: next } = await client.indices.rollover({ ...asked, dry_run: true });
    const isOfOtherMonth = oldName.month < (parseIndexName(next, names)?.month ?? '');
    if (!isOfOtherMonth && (await mappingVersionOf(client, old)) >= version) return 'kept';
    const conditions = { max_age: YOUNGEST_ROLLED_OVER };
    return (await client.indices.rollover({ ...asked, conditions })).rolled_over ? 'turned' : 'kept';
  } catch (error) {
    // Another was faster.
    if (faultOf(error)?.kind === 'exists') return 'kept';
    throw error;
  }
};

const mappingVersionOf = async (client: Client, index: string): Promise<number> => {
  const meta: unknown = (await client.indices.getMapping({ index }))[index]?.mappings._meta?.['version'];
  return typeof meta === 'number' ? meta : 0;
};
