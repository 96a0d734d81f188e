const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Names of the parameters that say whom or what a request is about, the closest first. */
const SUBJECTS = ['contactId', 'id', 'notificationId', 'webhookEventId', 'mergeId', 'calendarId', 'holdId', 'facilityId'];

/** Whose data an answer held, by facility. */
export interface ShownPatients {
  facilityId: string;
  contactIds: string[];
}

/** What the URL of a request is about; null: nothing of its own. */
export function subjectOf(params: Record<string, unknown>): string | null {
  return SUBJECTS.map(name => uuidOf(params[name])).find(id => id !== null) ?? null;
}

/**
 * The patients whose data is in an answer: each object's `contactId`, and its `id` where the answer is of contacts; those of a list, too.
 *
 * @param facilityId of the request's URL; without one the answer says whose it is.
 * @param areContacts whether an `id` is a contact's.
 * @returns a part for each facility that occurs; one without patients where the answer tells of none.
 */
export function patientsIn(answer: unknown, facilityId: string | null, areContacts: boolean): ShownPatients[] {
  const shown = new Map<string | null, Set<string>>();
  for (const row of rowsOf(answer)) {
    const of = uuidOf(row['facilityId']) ?? facilityId;
    const ids = shown.get(of) ?? new Set();
    shown.set(of, ids);
    for (const id of [row['contactId'], areContacts ? row['id'] : null]) {
      const contactId = uuidOf(id);
      if (contactId !== null) ids.add(contactId);
    }
  }
  const parts = [...shown].flatMap(([of, ids]) => (of === null ? [] : [{ facilityId: of, contactIds: [...ids] }]));
  return parts.length > 0 || facilityId === null ? parts : [{ facilityId, contactIds: [] }];
}

/** The objects of an answer, or of its page. */
function rowsOf(answer: unknown): Record<string, unknown>[] {
  if (!isObject(answer)) return [];
  const { data } = answer;
  return Array.isArray(data) ? data.filter(isObject) : [answer];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function uuidOf(value: unknown): string | null {
  return typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : null;
}
