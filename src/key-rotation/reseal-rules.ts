/** `v1.KEYID.…`: the id of the key that a value was sealed with; null: it is none of ours. */
export function keyIdOf(sealed: string): string | null {
  return /^v1\.([\w-]{1,16})\./.exec(sealed)?.[1] ?? null;
}

/** The document with every sealed value in it replaced: those in fields whose names end in `Sealed`. */
export function replaceSealed(value: unknown, replace: (sealed: string) => string): unknown {
  if (Array.isArray(value)) return value.map(each => replaceSealed(each, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]: [string, unknown]) => [
      name,
      name.endsWith('Sealed') && typeof held === 'string' ? replace(held) : replaceSealed(held, replace),
    ]),
  );
}
