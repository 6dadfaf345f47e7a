import type { AppendableFile, Files, ReadableFile } from '../files.js';
import { createFaults, errorWithCode, type SimulatedFault, type SimulatedOperation } from './faults.js';
import { createSimulatedContent, type SimulatedContent } from './simulated-content.js';
import { createSimulatedNames, directoryOf } from './simulated-directory.js';

export interface SimulatedFilesOptions {
  /** From 0 up to 1; decides what survives a crash. Default: a fixed sequence. */
  readonly random?: () => number;
}

/** Files in memory. Without `fail` and `crash` a fast fake of the disk. */
export interface SimulatedFiles extends Files {
  fail(fault: SimulatedFault): void;
  /** The disk is well again. */
  clearFaults(): void;
  /**
   * The power goes: returns the disk as it is found afterwards, with any subset of what was not synced, writes torn
   * at sectors. Every later call on this one fails with `ECRASHED`.
   */
  crash(): SimulatedFiles;
}

const fixedSequence = (): (() => number) => {
  let state = 1;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
};

export const createSimulatedFiles = ({ random = fixedSequence() }: SimulatedFilesOptions = {}): SimulatedFiles =>
  simulate(new Map(), random);

const simulate = (initial: ReadonlyMap<string, Buffer>, random: () => number): SimulatedFiles => {
  const faults = createFaults();
  const contents = new Map([...initial].map(([path, bytes]) => [path, createSimulatedContent(bytes, random)] as const));
  const names = createSimulatedNames(contents, random);
  let crashed = false;

  /** A turn later, as a disk would. */
  const operate = async (operation: SimulatedOperation | 'read', onFault?: () => void): Promise<void> => {
    await Promise.resolve();
    if (crashed) throw errorWithCode('ECRASHED', operation);
    const fault = operation === 'read' ? null : faults.next(operation);
    if (fault === null) return;
    onFault?.();
    throw fault;
  };

  const readable = (content: SimulatedContent): ReadableFile => ({
    async read(target, position) {
      await operate('read');
      const bytes = content.visible().subarray(position, position + target.length);
      target.set(bytes);
      return bytes.length;
    },
    async size() {
      await operate('read');
      return content.visible().length;
    },
    close: () => Promise.resolve(),
  });

  const appendable = (content: SimulatedContent, synced: boolean): AppendableFile => ({
    ...readable(content),
    async writeAt(parts, position) {
      const bytes = Buffer.concat(parts);
      await operate('write', () => {
        content.write(position, bytes.subarray(0, Math.floor(random() * (bytes.length + 1))));
        if (synced) content.loseSync();
      });
      content.write(position, bytes);
      if (!synced) return;
      // The power may go while the call is still under way.
      await operate('datasync', () => content.loseSync());
      content.sync();
    },
    async datasync() {
      await operate('datasync', () => content.loseSync());
      content.sync();
    },
    async truncate(length) {
      await operate('truncate');
      content.truncate(length);
    },
  });

  const open = async (path: string, synced: boolean): Promise<AppendableFile> => {
    await operate('open');
    const found = names.find(path);
    if (found !== undefined) return appendable(found, synced);
    const content = createSimulatedContent(Buffer.alloc(0), random);
    names.create(path, content);
    return appendable(content, synced);
  };

  const syncDirectory = async (path: string): Promise<void> => {
    await operate('sync-directory', () => names.loseSync(path));
    names.sync(path);
  };

  return {
    makeDirectory: () => Promise.resolve(),
    async list(path) {
      await operate('read');
      return names.list(path);
    },
    open: (path, options) => open(path, options?.synced === true),
    async openForReading(path) {
      await operate('read');
      const content = names.find(path);
      if (content === undefined) throw errorWithCode('ENOENT', 'open');
      return readable(content);
    },
    async remove(path) {
      await operate('remove');
      if (names.find(path) !== undefined) names.remove(path);
    },
    async replace(path, bytes) {
      const temporary = await open(`${path}.new`, false);
      await temporary.truncate(0);
      await temporary.writeAt([bytes], 0);
      await temporary.datasync();
      await operate('rename');
      names.rename(`${path}.new`, path);
      await syncDirectory(directoryOf(path));
    },
    async readAll(path) {
      await operate('read');
      const content = names.find(path);
      return content === undefined ? null : Buffer.from(content.visible());
    },
    syncDirectory,
    fail: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    crash() {
      crashed = true;
      return simulate(new Map([...names.afterCrash()].map(([path, content]) => [path, content.afterCrash()])), random);
    },
  };
};
