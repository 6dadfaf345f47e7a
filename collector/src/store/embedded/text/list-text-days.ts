import type { Files } from '../../../files/index.js';
import { dayNumberOfName } from '../day.js';
import { TEXT_SUFFIX } from './schema.js';

/** Days that have a text index in the directory; none where there is no directory. */
export const listTextDays = async (files: Files, directory: string): Promise<number[]> =>
  (await files.list(directory))
    .filter((name) => name.endsWith(TEXT_SUFFIX))
    .map((name) => dayNumberOfName(name.slice(0, -TEXT_SUFFIX.length)))
    .filter((day) => !Number.isNaN(day));
