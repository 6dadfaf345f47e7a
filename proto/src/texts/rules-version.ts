import { RULES_VERSION } from '../dialects/index.js';

/**
 * Tells by which rules texts and their terms were read: a number that is raised where code elsewhere changes them, a
 * fingerprint of this folder and of the tokeniser, which a test compares with what they are, and the tables' own.
 */
export const TEXT_RULES_VERSION = `1.d5b5078f of ${RULES_VERSION}`;
