export type Columns = readonly string[];

/** Rows as lines, each column as wide as its widest cell; the first row is the head. */
export const tableLines = (rows: readonly Columns[]): readonly string[] => {
  const [head = []] = rows;
  const widths = head.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};
