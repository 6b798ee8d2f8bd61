// Text table: rows in columns that are as wide as their longest text.

/** Lines of a table. Numbers stand at the right of their column. */
export function textTable(rows: readonly (readonly (string | number)[])[]): string[] {
  const widths: number[] = []
  for (const row of rows)
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, String(cell).length)
  return rows.map((row) =>
    row
      .map((cell, i) => align(cell, widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function align(cell: string | number, width: number): string {
  return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width)
}
