/** Before the first entry: positions begin at 1. */
export const FEED_BEGINNING = 0n;
const MAX_POSITION = 2n ** 63n - 1n;

/** `position` as the API gives it out: opaque, so that nobody counts with it. */
export function cursorOfPosition(position: bigint): string {
  return Buffer.from(String(position), 'utf8').toString('base64url');
}

/** null: not a cursor that the feed gave out. */
export function positionOfCursor(cursor: string): bigint | null {
  const digits = Buffer.from(cursor, 'base64url').toString('utf8');
  const position = /^\d{1,19}$/.test(digits) ? BigInt(digits) : null;
  return position !== null && position <= MAX_POSITION && cursorOfPosition(position) === cursor ? position : null;
}
