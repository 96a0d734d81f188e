/** The number after the highest that was called so far; numbers that are not whole (`A-12`) do not count. */
export function nextQueueNumber(givenToday: readonly (string | null)[]): string {
  const numbers = givenToday.filter(number => number !== null && /^\d{1,9}$/.test(number)).map(Number);
  return String(Math.max(0, ...numbers) + 1);
}
