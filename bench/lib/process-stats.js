import { readFile } from 'node:fs/promises';

const TICKS_PER_SECOND = 100;
const KIB = 1024;

/** User and system CPU seconds of a process since its start, all threads together. */
export const cpuSeconds = async (pid) => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The command's name stands in parentheses and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
};

/** The most memory that a process has held since its start, in MiB. */
export const peakRssMib = async (pid) => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / KIB;
};
