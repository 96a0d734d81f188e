import type { Random } from '../../storm/random.js';
import type { Material } from './evils.js';
import { viewOf, type BookingFields, type HospitalBooking } from './hospital-books.js';
import { idIn, jsonAnswer, type RawRequest } from './raw-http.js';

const SOMEBODYS: HospitalBooking = {
  id: 'h-of-somebody-else',
  reference: '01999c5e-0000-7000-8000-00000000000f',
  start: '2020-01-01T09:00:00+08:00',
  patientId: 'P-of-somebody-else',
  temporaryPatientId: 'tmp-of-somebody-else',
  status: 'scheduled',
};

/**
 * Answers that are well-formed and not true, such as can be seen through: a bare id only if it is one of `known`, ids of bookings
 * that the hub knows.
 */
export function liesAbout(
  request: RawRequest,
  bookings: readonly HospitalBooking[],
  known: readonly string[],
  random: Random,
): Pick<Material, 'second' | 'anothersId' | 'anothersPatient'> {
  const own = bookings.find(booking => isAbout(request, booking));
  const another = viewOf(bookings.findLast(booking => booking !== own) ?? SOMEBODYS);
  const bareIds = known.filter(id => id !== own?.id);
  const isRead = request.method === 'GET';
  return {
    second: jsonAnswer(200, isRead ? [] : another),
    anothersId: bareIds.length > 0 && random.chance(0.5) ? { appointmentId: random.pick(bareIds) } : another,
    anothersPatient: own && !isRead ? { ...viewOf(own), patientId: 'P-of-somebody-else' } : another,
  };
}

/** Whether a write, or a read of the list, is about this booking. */
function isAbout({ method, path, query, body }: RawRequest, { id, reference }: HospitalBooking): boolean {
  if (method === 'GET') return query.get('external_reference') === reference;
  if (method === 'PUT') return idIn(path) === id;
  return (JSON.parse(body) as BookingFields).external_reference === reference;
}
