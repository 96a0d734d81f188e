/** Of slots in order those that can all be had: each begins where the one before has ended, or later. */
export function apart<T extends { start: string; end: string }>(slots: readonly T[]): T[] {
  const kept: T[] = [];
  for (const slot of slots) {
    const last = kept.at(-1);
    if (!last || Date.parse(slot.start) >= Date.parse(last.end)) kept.push(slot);
  }
  return kept;
}
