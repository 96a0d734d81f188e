import type { SchedulerConnection, UpstreamAppointmentFilter, UpstreamListedAppointment } from '../scheduler.js';
import { ListCutShortError, UpstreamError } from '../upstream.errors.js';
import type { UpstreamReply } from '../upstream-reply.js';
import { appointmentParameters, readAppointments, withinFilter } from './appointments.js';
import { nextPage } from './next-page.js';
import { followable } from './page-link.js';
import { answerOf, jsonOf, translatingShape } from './read-answer.js';
import { endpointUrl } from './requests.js';

export const APPOINTMENTS = 'GET appointments';
/** Of one patient, or of one calendar for some days: what is more would only fill the memory. */
const MAX_APPOINTMENTS = 10_000;
const NOT_SUPPORTED = new Set([404, 405, 501]);

/**
 * Follows the pages to the end. An appointment that moves between pages is taken as it was read last. Throws `UpstreamError`,
 * `ListCutShortError` where it had read a page already.
 */
export async function readAppointmentPages(
  connection: SchedulerConnection,
  filter: UpstreamAppointmentFilter,
  fetchPage: (url: URL) => Promise<UpstreamReply>,
): Promise<UpstreamListedAppointment[] | 'not-supported'> {
  const listed = new Map<string, UpstreamListedAppointment>();
  const seen = new Set<string>();
  const readPage = async (url: URL): Promise<URL | 'not-supported' | null> => {
    const answer = answerOf(await fetchPage(url), APPOINTMENTS);
    if (seen.size === 0 && NOT_SUPPORTED.has(answer.status)) return 'not-supported';
    for (const appointment of readAppointments(jsonOf(answer, APPOINTMENTS), filter)) listed.set(appointment.appointmentId, appointment);
    seen.add(url.href);
    if (listed.size > MAX_APPOINTMENTS)
      throw new UpstreamError('upstream-response-too-large', `${APPOINTMENTS}: more than ${MAX_APPOINTMENTS} appointments.`);
    const next = nextPage(answer.link, url);
    return next && followable(next, seen, APPOINTMENTS);
  };
  try {
    for (let url: URL | null = endpointUrl(connection, 'appointments', appointmentParameters(filter)); url !== null;) {
      const present: URL = url;
      const next = await translatingShape(APPOINTMENTS, () => readPage(present));
      if (next === 'not-supported') return next;
      url = next;
    }
  } catch (error) {
    throw seen.size > 0 && error instanceof UpstreamError ? new ListCutShortError(error) : error;
  }
  return withinFilter([...listed.values()], filter);
}
