export { runCommand } from './run-command.js';
export {
  EXIT,
  type ExitCode,
  type Listening,
  type RunningCollector,
  type StartCollector,
  type World,
} from './world.js';
