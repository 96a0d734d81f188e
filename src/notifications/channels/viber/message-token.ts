/**
 * Viber's id of a message: a whole number of up to 64 bits, beyond what a double holds. Kept as text; null: it is none.
 *
 * @param value as `readBody` gives it, by which a long number is text already. Some of Viber's own examples quote it.
 */
export function readMessageToken(value: unknown): string | null {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && /^[1-9]\d{0,19}$/.test(text) ? text : null;
}
