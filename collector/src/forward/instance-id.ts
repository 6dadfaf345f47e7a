import type { Files } from '../files/index.js';

/** Names this collector to those that it forwards to; made once for a data directory. */
export const instanceIdIn = async (files: Files, directory: string, newId: () => string): Promise<string> => {
  const path = `${directory}/instance-id`;
  const known = (await files.readAll(path))?.toString('utf8').trim();
  if (known !== undefined && /^[0-9a-f-]{36}$/.test(known)) return known;
  const id = newId();
  await files.replace(path, Buffer.from(`${id}\n`));
  return id;
};
