/** Names of the lists that hold more entries than are shown of them. */
export function cutLists<Name extends string>(lists: Record<Name, { length: number }>, most: Record<Name, number>): Name[] {
  return (Object.keys(most) as Name[]).filter(name => lists[name].length > most[name]);
}
