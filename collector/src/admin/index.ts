export { connectAdmin } from './admin-client.js';
export { type AdminServer, type AdminServerOptions, createAdminServer } from './admin-server.js';
export { backupObjection, beginBackup, endBackup, isData } from './backup-directory.js';
export { checkNewKey, type NewKeyInput, type NewKeyOutcome } from './check-new-key.js';
export { checkRederive } from './check-rederive.js';
export { type AdminHandlerOptions, createAdminHandlers } from './create-admin-handlers.js';
export { NO_BACKUP } from './no-backup.js';
export type { AdminHandlers, DirectoryHandlers, OnProgress, RetriedLetters } from './handlers.js';
