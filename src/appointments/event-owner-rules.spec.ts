import { ownerOf, type OpenBooking, type OwnerQuestion } from './event-owner-rules.js';

const aBooking = (overrides: Partial<OpenBooking> = {}): OpenBooking => ({
  id: 'booking',
  isSameStart: true,
  isSameCalendar: true,
  patient: 'same',
  isInFlight: false,
  ...overrides,
});
const ask = (overrides: Partial<OwnerQuestion> = {}): ReturnType<typeof ownerOf> =>
  ownerOf({
    isCreation: true,
    externalId: 'A-1',
    byReference: null,
    byExternalId: null,
    openBookings: [],
    isLastChance: false,
    ...overrides,
  });
const known = (appointmentId: string): ReturnType<typeof ownerOf> => ({ kind: 'known', appointmentId });
const held = { kind: 'held', reason: 'booking-in-doubt' };

describe('ownerOf', () => {
  it.each<[string, Partial<OwnerQuestion>, unknown]>([
    ['nobody knows it', {}, { kind: 'new' }],
    ['our reference', { byReference: { id: 'ours', externalId: null } }, known('ours')],
    ['our reference, with its id', { byReference: { id: 'ours', externalId: 'A-1' } }, known('ours')],
    ["the hospital's id", { byExternalId: { id: 'theirs', externalId: 'A-1' } }, known('theirs')],
    [
      "our reference and the hospital's id, of one appointment",
      { byReference: { id: 'ours', externalId: 'A-1' }, byExternalId: { id: 'ours', externalId: 'A-1' } },
      known('ours'),
    ],
    [
      'a reference reused, and the id of the one that is meant',
      { byReference: { id: 'ours', externalId: 'A-0' }, byExternalId: { id: 'theirs', externalId: 'A-1' } },
      known('theirs'),
    ],
    ['a reference reused for another appointment', { byReference: { id: 'ours', externalId: 'A-0' } }, { kind: 'new' }],
    [
      'a reference whose id is another one',
      { byReference: { id: 'ours', externalId: null }, byExternalId: { id: 'theirs', externalId: 'A-1' } },
      known('theirs'),
    ],
    ['a booking of ours: same time and patient', { openBookings: [aBooking()] }, known('booking')],
    ['a booking of ours at another time', { openBookings: [aBooking({ isSameStart: false })] }, { kind: 'new' }],
    ['a booking of ours in another calendar', { openBookings: [aBooking({ isSameCalendar: false })] }, { kind: 'new' }],
    ['a booking of ours for somebody else', { openBookings: [aBooking({ patient: 'other' })] }, { kind: 'new' }],
    ['no time, the same patient', { openBookings: [aBooking({ isSameStart: null })] }, known('booking')],
    ['no time, the same patient, our call still out', { openBookings: [aBooking({ isSameStart: null, isInFlight: true })] }, held],
    ['no time, the same patient, no creation', { isCreation: false, openBookings: [aBooking({ isSameStart: null })] }, { kind: 'new' }],
    [
      'no time, the same patient, no creation, our call still out',
      { isCreation: false, openBookings: [aBooking({ isSameStart: null, isInFlight: true })] },
      held,
    ],
    ['the same time and patient, our call still out', { openBookings: [aBooking({ isInFlight: true })] }, known('booking')],
    ['no time, nobody knows whose', { openBookings: [aBooking({ isSameStart: null, patient: 'unsure' })] }, { kind: 'new' }],
    ['the same time, nobody knows whose', { openBookings: [aBooking({ patient: 'unsure' })] }, held],
    ['two bookings of one patient at that time', { openBookings: [aBooking(), aBooking({ id: 'twin' })] }, held],
    ['two, after the longest wait', { openBookings: [aBooking(), aBooking({ id: 'twin' })], isLastChance: true }, { kind: 'new' }],
    ['one of them surely this patient', { openBookings: [aBooking(), aBooking({ id: 'other', patient: 'unsure' })] }, known('booking')],
  ])('%s', (_, question, expected) => {
    expect(ask(question)).toEqual(expected);
  });
});
