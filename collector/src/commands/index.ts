export { runCommand } from './run-command.js';
export { type ExitCode, type Listening, type RunningCollector, type StartCollector, type World } from './world.js';
