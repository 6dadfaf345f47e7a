import { SETTINGS } from './settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'NOVEUM_COLLECTOR_';
const OTHERS = [`${PREFIX}ADMIN_KEY`, `${PREFIX}ADMIN_KEY_FILE`];
/** Kubernetes sets these for a service of the name noveum-collector. */
const OF_KUBERNETES = /^NOVEUM_COLLECTOR_(SERVICE_(HOST|PORT(_.+)?)|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/;

/** Errors of variables that only look like ours. */
export const environmentErrors = (env: Environment): readonly string[] => {
  const known = [...Object.values(SETTINGS).map(({ variable }) => variable), ...OTHERS];
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name) && !OF_KUBERNETES.test(name))
    .map((name) => `unknown variable ${name}`);
};

/** An empty variable counts as none: that is how compose files leave one out. */
export const variableOf = (env: Environment, name: string | null): string | undefined => {
  const value = name === null ? undefined : env[name];
  return value === '' ? undefined : value;
};
