import { type ElasticsearchTransport, NOTHING_THERE } from '../client/index.js';
import { dateMathName, parseIndexName, type StoreNames } from './names.js';

/** So long no second collector rolls over what a first one has just made. */
const YOUNGEST_ROLLED_OVER = '10s';
const MOST_ATTEMPTS = 5;

const ALIASES = { features: 'aliases' };

const at = encodeURIComponent;

type Aliases = readonly (readonly [index: string, isWriteIndex: boolean | undefined])[];

const aliasesOf = async (transport: ElasticsearchTransport, alias: string): Promise<Aliases> => {
  const found = await transport.request<object>({ method: 'GET', path: `/_alias/${at(alias)}` }, NOTHING_THERE);
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

/** The index that takes what is written to the alias; null: there is none. */
export const writeIndexBehind = async (
  transport: ElasticsearchTransport,
  { alias }: StoreNames,
): Promise<string | null> => writeIndexOf(await aliasesOf(transport, alias));

/** Gives indices that lost their alias, as a restored snapshot's do, the alias again; the latest takes writes. */
const adopt = async (
  transport: ElasticsearchTransport,
  { alias }: StoreNames,
  indices: readonly string[],
): Promise<void> => {
  const latest = indices.toSorted().at(-1);
  const actions = indices.map((index) => ({ add: { index, alias, is_write_index: index === latest } }));
  await transport.request({ method: 'POST', path: '/_aliases', body: { actions } });
};

/** As an index: an alias was looked for before. */
const isThere = async (transport: ElasticsearchTransport, index: string): Promise<boolean> =>
  !(
    'error' in
    (await transport.request<object>({ method: 'GET', path: `/${at(index)}`, querystring: ALIASES }, NOTHING_THERE))
  );

export type WriteIndexOutcome = 'made' | 'there' | 'adopted' | 'taken';

/**
 * Makes the first index with the write alias where there is none. `taken`: an index bears the alias's name. Of two that
 * do it at once one makes it and the other finds it.
 */
export const ensureWriteIndex = async (
  transport: ElasticsearchTransport,
  names: StoreNames,
): Promise<WriteIndexOutcome> => {
  for (let attempt = 1; ; attempt++) {
    const aliases = await aliasesOf(transport, names.alias);
    if (writeIndexOf(aliases) !== null) return 'there';
    if (aliases.length === 0 && (await isThere(transport, names.alias))) return 'taken';
    const indices = await transport.request<object>({
      method: 'GET',
      path: `/${at(names.pattern)}`,
      querystring: ALIASES,
    });
    const ours = Object.keys(indices).filter((index) => parseIndexName(index, names) !== null);
    try {
      if (ours.length > 0) {
        await adopt(transport, names, ours);
        return 'adopted';
      }
      const body = { aliases: { [names.alias]: { is_write_index: true } } };
      await transport.request({ method: 'PUT', path: `/${at(dateMathName(names, 1))}`, body });
      return 'made';
    } catch (error) {
      const fault = transport.faultOf(error);
      // Another was faster: of the same month, or, in its last moment, of the one before.
      const isRace = fault?.kind === 'exists' || fault?.type === 'illegal_state_exception';
      if (!isRace || attempt === MOST_ATTEMPTS) throw error;
    }
  }
};

interface Rollover {
  readonly new_index: string;
  readonly rolled_over: boolean;
}

type Mappings = Readonly<
  Record<string, { readonly mappings: { readonly _meta?: Readonly<Record<string, unknown>> } } | undefined>
>;

/** - `turned`: what is written goes to a new index from now on; - `kept`: nothing was to do. */
export type TurnOutcome = 'turned' | 'kept';

/**
 * Goes on in a new index where a month has begun, by the cluster's clock, or where the present one is of an older
 * mapping. To be called every minute or so; of two collectors that do it at once one does. Size and age are the
 * policy's. Rejects with the client's error.
 */
export const turnWriteIndex = async (
  transport: ElasticsearchTransport,
  names: StoreNames,
  version: number,
): Promise<TurnOutcome> => {
  const { alias } = names;
  const old = writeIndexOf(await aliasesOf(transport, alias));
  const oldName = old === null ? null : parseIndexName(old, names);
  if (old === null || oldName === null) return 'kept';
  const path = `/${at(alias)}/_rollover/${at(dateMathName(names, oldName.number + 1))}`;
  try {
    const { new_index: next } = await transport.request<Rollover>({
      method: 'POST',
      path,
      querystring: { dry_run: true },
    });
    const isOfOtherMonth = oldName.month < (parseIndexName(next, names)?.month ?? '');
    if (!isOfOtherMonth && (await mappingVersionOf(transport, old)) >= version) return 'kept';
    const body = { conditions: { max_age: YOUNGEST_ROLLED_OVER } };
    return (await transport.request<Rollover>({ method: 'POST', path, body })).rolled_over ? 'turned' : 'kept';
  } catch (error) {
    // Another was faster.
    if (transport.faultOf(error)?.kind === 'exists') return 'kept';
    throw error;
  }
};

/** Of the documents that an index is made for; 0: it doesn't say. */
export const mappingVersionOf = async (transport: ElasticsearchTransport, index: string): Promise<number> => {
  const found = await transport.request<Mappings>({ method: 'GET', path: `/${at(index)}/_mapping` });
  const meta = found[index]?.mappings._meta?.['version'];
  return typeof meta === 'number' ? meta : 0;
};
