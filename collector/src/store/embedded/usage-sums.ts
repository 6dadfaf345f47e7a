export interface UsageSums {
  traces: number;
  spans: number;
  bytes: number;
}

/** What one transaction adds to the counters by project and day, written once at its end. */
export const createUsageSums = (write: (project: number, day: number, sums: Readonly<UsageSums>) => void) => {
  const sums = new Map<number, Map<number, UsageSums>>();

  return {
    add(project: number, day: number, traces: number, spans: number, bytes: number): void {
      const ofProject = sums.get(project) ?? new Map<number, UsageSums>();
      const ofDay = ofProject.get(day) ?? { traces: 0, spans: 0, bytes: 0 };
      ofDay.traces += traces;
      ofDay.spans += spans;
      ofDay.bytes += bytes;
      ofProject.set(day, ofDay);
      sums.set(project, ofProject);
    },
    flush(): void {
      for (const [project, ofProject] of sums) for (const [day, ofDay] of ofProject) write(project, day, ofDay);
      sums.clear();
    },
    forget(): void {
      sums.clear();
    },
  };
};
