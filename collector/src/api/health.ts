/** The state of one part, for those who may see parts. */
export interface PartHealth {
  readonly status: 'healthy' | 'degraded';
  /** An errno or a code of ours; null: nothing is wrong. */
  readonly code: string | null;
  readonly details?: Readonly<Record<string, number | string | null>>;
  /** Its fault is not the collector's: overall health doesn't follow. */
  readonly isApart?: true;
}

export type HealthReport = Readonly<Record<string, PartHealth>>;

export const overallHealth = (report: HealthReport): 'healthy' | 'degraded' =>
  Object.values(report).every((part) => part.status === 'healthy' || part.isApart === true) ? 'healthy' : 'degraded';
