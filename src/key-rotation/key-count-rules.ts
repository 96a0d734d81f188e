/** How many values stand under other keys than `keyId`. */
export function othersThan(keyId: string, counts: ReadonlyMap<string, number>): number {
  return orderedCounts(counts).reduce((sum, [id, count]) => (id === keyId ? sum : sum + count), 0);
}

/** By the keys' ids. */
export function orderedCounts(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
}
