import { hash } from 'node:crypto';

/** 132 bits. */
const ID_LENGTH = 22;

/** The `_id` of a trace's head: the same wherever and by whomever it is written. */
export const headIdOf = (project: string, traceKey: string): string =>
  hash('sha256', `${project}\0${traceKey}`, 'base64url').slice(0, ID_LENGTH);

/**
 * The `_id` of a part (from 1) of a long trace. Each time such a trace is written its parts are written anew beside the
 * old ones, under a generation of their own, and the head then names it: who reads by the head never mixes the two.
 */
export const partIdOf = (headId: string, generation: string, part: number): string =>
  `${headId}.${generation}.${String(part)}`;
