export { createKeepRule, type KeepRule, type KeepRuleOptions, type TracePart } from './keep-rule.js';
