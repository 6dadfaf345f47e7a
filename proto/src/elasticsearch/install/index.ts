export { type InstallOutcome, type InstallReport, install, type Installation, type MissingPart } from './install.js';
export { joinInstallation, type Joining, type JoinOutcome } from './join.js';
export { namesOf, type StoreNames } from './names.js';
export { INDEX_SETTINGS, type IndexSettings, type LifecycleSettings } from './settings.js';
export type { IndexContent } from './templates.js';
export { turnWriteIndex, type TurnOutcome } from './write-index.js';
