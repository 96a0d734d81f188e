/**
 * A copy of the document in which every `enum` of strings is in alphabetical order. The compiler gives the members of a union in the order in which
 * it met them, which another import anywhere changes: the document would change without the API.
 */
export function withSteadyEnums<T>(document: T): T {
  return steady(document) as T;
}

function steady(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(steady);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, key === 'enum' && areStrings(value) ? value.toSorted() : steady(value)]),
  );
}

function areStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(member => typeof member === 'string');
}
