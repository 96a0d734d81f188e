import type { BookedVisit } from '../test/support/booking-hospital.js';
import type { Told, WantedBooking } from './key-clients.js';

/** An appointment as the hub has it. */
export interface StoredAppointment {
  id: string;
  status: string;
  externalId: string | null;
}

/** One key, when all is over. */
export interface KeyEnd {
  wanted: WantedBooking;
  told: Told[];
  /** Its visits in the hospital's books. */
  visits: BookedVisit[];
  /** The references of all calls that were to book it. */
  references: ReadonlySet<string>;
  /** The appointment that the callers were told of. */
  stored: StoredAppointment | null;
}

/** One property of the whole; `wrong`: what contradicts it, by key. */
export interface KeyCheck {
  name: string;
  checked: number;
  wrong: string[];
}

/** What must hold for each key, and that there is nothing besides. */
export function checkKeys(ends: readonly KeyEnd[], appointments: number): KeyCheck[] {
  return [
    each('each repeat was told of a booking, and not refused', ends, ({ told }) => {
      const others = told.filter(({ status }) => status !== 201 && status !== 202);
      return others.length === 0 ? null : others.map(({ status, code }) => `${status} ${code ?? ''}`).join(', ');
    }),
    each('all repeats of a key were told of one appointment', ends, ({ told }) => {
      const ids = new Set(told.map(({ appointmentId }) => appointmentId));
      return ids.size === 1 ? null : `${ids.size} appointments`;
    }),
    {
      name: 'no appointment besides',
      checked: appointments,
      wrong: appointments === ends.length ? [] : [`${appointments} of ${ends.length} keys`],
    },
    each('the hospital was asked for one booking for each key', ends, ({ references, stored }) =>
      [...references].every(reference => reference === stored?.id) ? null : `${references.size} references`,
    ),
    each('the hospital has each booking once, or not at all where the hub says so', ends, ({ visits, stored }) => {
      const wanted = stored?.status === 'FAILED' ? 0 : 1;
      return visits.length === wanted ? null : `${visits.length} visits, ${stored?.status ?? 'no appointment'}`;
    }),
    each('each booking is known, by the id that the hospital gave it', ends, ({ visits, stored }) => {
      if (stored?.status === 'FAILED') return null;
      const isKnown = stored?.status === 'SCHEDULED' && stored.externalId === visits[0]?.id;
      return isKnown ? null : `${stored?.status ?? 'no appointment'}, ${stored?.externalId ?? 'no id'}`;
    }),
  ];
}

function each(name: string, ends: readonly KeyEnd[], problemOf: (end: KeyEnd) => string | null): KeyCheck {
  const wrong = ends.flatMap(end => {
    const problem = problemOf(end);
    return problem === null ? [] : [`${end.wanted.key}: ${problem}`];
  });
  return { name, checked: ends.length, wrong };
}
