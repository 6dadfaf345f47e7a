import type { JournalPosition } from '../journal/index.js';
import type { Cursors } from './cursors.js';
import type { EndpointReport, RunningEndpoint } from './forward-endpoint.js';

export interface ForwarderOptions {
  readonly endpoints: readonly RunningEndpoint[];
  readonly cursors: Pick<Cursors, 'save'>;
  /** Once a second, after the cursors are durable where the disk allows it. */
  readonly onReports: (reports: readonly EndpointReport[]) => void;
  /** A cursor could not be saved; it is tried again. */
  readonly onCursorFault: (code: string) => void;
}

/** All endpoints of a collector: each goes its own way, none waits for another. */
export interface Forwarder {
  advance(end: JournalPosition): void;
  dropThrough(file: number): void;
  close(signal: AbortSignal): Promise<void>;
}

const REPORT_MILLIS = 1_000;

const isSame = (a: JournalPosition | undefined, b: JournalPosition): boolean =>
  a?.file === b.file && a.offset === b.offset;

export const startForwarder = ({ endpoints, cursors, onReports, onCursorFault }: ForwarderOptions): Forwarder => {
  const saved = new Map<string, JournalPosition>();
  let reporting: Promise<void> = Promise.resolve();

  const save = async ({ name, position }: EndpointReport): Promise<void> => {
    if (isSame(saved.get(name), position)) return;
    try {
      await cursors.save(name, position);
      saved.set(name, position);
    } catch (error) {
      onCursorFault((error as { code?: string }).code ?? 'UNKNOWN');
    }
  };

  const report = async (): Promise<void> => {
    const reports = await Promise.all(endpoints.map((endpoint) => endpoint.report()));
    for (const each of reports) await save(each);
    onReports(reports);
  };
  const timer = setInterval(() => {
    reporting = reporting.then(report);
  }, REPORT_MILLIS);

  return {
    advance(end) {
      for (const endpoint of endpoints) endpoint.advance(end);
    },
    dropThrough(file) {
      for (const endpoint of endpoints) endpoint.dropThrough(file);
    },
    async close(signal) {
      clearInterval(timer);
      await reporting;
      await Promise.all(endpoints.map((endpoint) => endpoint.close(signal)));
      await report();
    },
  };
};
