/** One figure of the run, beside the plain thing that was measured in the same run. */
export interface Figure {
  name: string;
  /** As it is printed, with its unit. */
  hub: string;
  plain: string;
  /** The hub's over the plain one's. */
  ratio: number;
  /** Empty, and then `isReached` null, where none was set. */
  reach: string;
  isReached: boolean | null;
  /** Everything else that was measured, for `results.json`. */
  details: Record<string, unknown>;
}

/** The value that a share of `p` (0 to 1) of all does not exceed. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * p) - 1)];
  if (value === undefined) throw new Error('Nothing was measured.');
  return value;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** p50, p95, p99 and the greatest, to two decimals. */
export function spread(values: readonly number[]): { p50: number; p95: number; p99: number; max: number } {
  const [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1].map(p => rounded(percentile(values, p))) as [number, number, number, number];
  return { p50, p95, p99, max };
}

export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The figures as a table for the terminal. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(f => [
    f.name,
    f.hub,
    f.plain,
    `${rounded(f.ratio)} ×`,
    f.reach,
    f.isReached === null ? '' : f.isReached ? 'yes' : 'NO',
  ]);
  const all = [['', 'hub', 'plain, in the same run', 'ratio', 'reach', 'reached'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0))) ?? [];
  const lines = all.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [lines[0], widths.map(width => '─'.repeat(width)).join('  '), ...lines.slice(1)].join('\n');
}
