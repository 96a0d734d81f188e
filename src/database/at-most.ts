/** What /metrics counts of one thing at most: more than that is told as so many, whatever there is. */
export const MOST_COUNTED = 100_000;

/** SQL: how many rows `from` (a table and a condition that an index leads to) has, `MOST_COUNTED` at most. */
export function countAtMost(from: string): string {
  return `(select count(*)::int from (select from ${from} limit ${MOST_COUNTED}) counted)`;
}
