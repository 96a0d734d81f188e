const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

/** As it is, where it is one that the hub answers to. */
export function methodLabel(method: string | undefined): string {
  return method !== undefined && METHODS.has(method) ? method : 'other';
}

/** The class of a status, `2xx`; `aborted` where nobody was there any more to hear the whole answer. */
export function statusLabel(status: number, isComplete: boolean): string {
  return isComplete ? `${Math.trunc(status / 100)}xx` : 'aborted';
}
