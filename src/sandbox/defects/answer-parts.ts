export type Part = Record<string, unknown>;

export function parts(list: unknown): Part[] {
  return Array.isArray(list) ? (list as Part[]) : [];
}

/** The list with its first entry changed. */
export function withFirst(list: unknown, change: (first: Part) => unknown): unknown {
  const [first, ...rest] = parts(list);
  return first === undefined ? list : [change(first), ...rest];
}

/** A month's answer, days or flat, with each day's or the month's list of slots changed. */
export function withSlots(answer: unknown, change: (slots: Part[]) => Part[]): unknown {
  const isDays = parts(answer).some(part => 'slots' in part);
  return isDays ? parts(answer).map(day => ({ ...day, slots: change(parts(day['slots'])) })) : change(parts(answer));
}

export function without(answer: unknown, ...names: string[]): unknown {
  return Object.fromEntries(Object.entries(answer as Part).filter(([name]) => !names.includes(name)));
}

/** The same wall clock, moved by so many hours. */
export function moved(datetime: unknown, hours: number): string {
  const text = String(datetime);
  return new Date(Date.parse(`${text.slice(0, 19)}Z`) + hours * 3_600_000).toISOString().slice(0, 19) + text.slice(19);
}

/** What the pretended success of a refused booking looks like. */
export function ghost(id: unknown): Part {
  return { appointmentId: String(id), temporaryPatientId: 'tmp-ghost' };
}
