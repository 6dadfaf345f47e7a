/**
 * Tells by which rules something was derived: a number that is raised where code changes what is derived, and a
 * fingerprint of the tables, which a test compares with what they are.
 */
export const RULES_VERSION = '1.ab93b4f6';
