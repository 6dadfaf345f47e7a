export { createDiskFiles } from './disk-files.js';
export type { AppendableFile, Files, OpenOptions, ReadableFile } from './files.js';
export {
  createSimulatedFiles,
  type SimulatedFiles,
  type SimulatedFilesOptions,
} from './simulated/create-simulated-files.js';
export type { SimulatedFault, SimulatedOperation } from './simulated/faults.js';
