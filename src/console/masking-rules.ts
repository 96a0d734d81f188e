/** What stands in for what is not shown. */
const DOTS = '•••';

/** The first letter of each word: enough to tell two patients of a list apart, not to know either. */
export function maskedName(name: string | null): string | null {
  if (name === null) return null;
  const initials = name.split(/\s+/).flatMap(word => [...word].slice(0, 1));
  return initials.length === 0 ? DOTS : initials.map(initial => `${initial}${DOTS}`).join(' ');
}

/** The last three: what a caller on the phone can be asked for. Short ones not at all. */
export function maskedEnd(value: string | null): string | null {
  if (value === null) return null;
  const letters = [...value];
  return letters.length < 7 ? DOTS : `${DOTS} ${letters.slice(-3).join('')}`;
}

export function maskedAll(value: string | null): string | null {
  return value === null ? null : DOTS;
}
