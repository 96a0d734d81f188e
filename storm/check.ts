/** One property of the whole; `wrong`: what contradicts it, ids only. */
export interface Check {
  name: string;
  checked: number;
  wrong: string[];
}

/** `problemOf`: null where all is well. */
export function checkEach<T>(name: string, items: readonly T[], problemOf: (item: T, index: number) => string | null): Check {
  return { name, checked: items.length, wrong: items.map(problemOf).filter(problem => problem !== null) };
}

export function difference(expected: number, actual: number, what: string): string[] {
  return expected === actual ? [] : [`${actual} ${what} instead of ${expected}`];
}
