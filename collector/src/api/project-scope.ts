import type { Principal } from '../access/index.js';
import { CollectorError } from '../errors/index.js';

/** A key's project is all that its holder can see; asking for another is told so, whether or not there is such a one. */
export const projectFor = (principal: Principal, asked: string | null): string | null => {
  if (principal.project === null) return asked;
  if (asked !== null && asked !== principal.project)
    throw new CollectorError({
      code: 'FORBIDDEN',
      message: 'the key belongs to another project',
      field: 'project',
      issue: "must be the key's own project",
    });
  return principal.project;
};
