/** Where a chain ended when somebody looked. */
export interface KnownHead {
  facilityId: string;
  position: number;
  hash: string;
}

/** Those heads of the last time that are gone, or are others now. `hashAt`: of the link that stands there; null: there is none. */
export async function lostHeads(
  known: readonly KnownHead[],
  hashAt: (facilityId: string, position: number) => Promise<string | null>,
): Promise<KnownHead[]> {
  const lost: KnownHead[] = [];
  for (const head of known) {
    if (head.position > 0 && (await hashAt(head.facilityId, head.position)) !== head.hash) lost.push(head);
  }
  return lost;
}
