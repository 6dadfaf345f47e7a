/** Prints rows (objects) of one measure as a table, nested values as JSON. */
export const printTable = (title, rows) => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value ?? ''));
  const lines = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index].length)));
  console.log(`\n${title}`);
  for (const line of lines)
    console.log(
      line
        .map((text, index) => text.padEnd(widths[index]))
        .join('  ')
        .trimEnd(),
    );
};
