/** An appointment that the event may be about. */
export interface KnownAppointment {
  id: string;
  /** The hospital's id of it; null while it is not known. */
  externalId: string | null;
}

/** A booking of ours whose outcome is not known yet, and how it compares with the event. */
export interface OpenBooking {
  id: string;
  /** null: the event names none. */
  isSameStart: boolean | null;
  isSameCalendar: boolean | null;
  /** The booking's patient and the event's. */
  patient: 'same' | 'unsure' | 'other';
  /** The hospital may still answer. */
  isInFlight: boolean;
}

export interface OwnerQuestion {
  /** Of the event. */
  isCreation: boolean;
  externalId: string;
  byReference: KnownAppointment | null;
  byExternalId: KnownAppointment | null;
  openBookings: readonly OpenBooking[];
  /** It has waited as long as it may: what is not known to be ours is the staff's. */
  isLastChance: boolean;
}

export type Owner = { kind: 'known'; appointmentId: string } | { kind: 'new' } | { kind: 'held'; reason: 'booking-in-doubt' };

/**
 * Whose event is it (contract, "Whose is it?"): the appointment with its reference, else with its id, else, while a booking of
 * ours is unresolved, the one with the same calendar, start and patient; held while that cannot be told.
 */
export function ownerOf({ isCreation, externalId, byReference, byExternalId, openBookings, isLastChance }: OwnerQuestion): Owner {
  // A reference that was reused for another appointment names that other one no more.
  const isReferred = byReference !== null && (byReference.externalId === null || byReference.externalId === externalId);
  if (isReferred && (byExternalId === null || byExternalId.id === byReference.id)) return { kind: 'known', appointmentId: byReference.id };
  if (byExternalId) return { kind: 'known', appointmentId: byExternalId.id };
  const fitting = openBookings.filter(booking => isPossible(booking, isCreation));
  const sure = fitting.filter(booking => booking.patient === 'same' && (booking.isSameStart === true || !booking.isInFlight));
  const [only] = sure;
  if (only && sure.length === 1) return { kind: 'known', appointmentId: only.id };
  return fitting.length === 0 || isLastChance ? { kind: 'new' } : { kind: 'held', reason: 'booking-in-doubt' };
}

/**
 * Another patient's, or at another time: not it. An event that names no time may be about any appointment of the patient: only a
 * creation can be that of a booking of ours, and while that is in flight its answer will tell.
 */
function isPossible({ isSameStart, isSameCalendar, patient, isInFlight }: OpenBooking, isCreation: boolean): boolean {
  if (isSameStart === false || isSameCalendar === false || patient === 'other') return false;
  return isSameStart === true || (patient === 'same' && (isCreation || isInFlight));
}
