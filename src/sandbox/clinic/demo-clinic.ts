import type { BookingPolicy } from './booking-policy.js';
import type { Clinic, ClinicAppointmentType, ClinicCalendar } from './clinic.js';
import type { Weekday } from './opening-hours.js';

const WEEKDAYS: readonly Weekday[] = [1, 2, 3, 4, 5];
const EVERY_DAY: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const NEW_YORK = 'America/New_York';

/** Fixed Philippine holidays; the movable ones (Easter, Eid) are left out, as a demonstration does not need them. */
const PHILIPPINE_HOLIDAYS = ['01-01', '04-09', '05-01', '06-12', '08-21', '11-01', '11-30', '12-08', '12-25', '12-30', '12-31'];
const US_HOLIDAYS = ['01-01', '06-19', '07-04', '11-11', '12-25'];

/** Small, so that what is booked in a demonstration can also be moved in it. */
const USUAL_POLICY: BookingPolicy = { minNoticeMinutes: 60, maxDaysInAdvance: 90, rescheduleCutoffMinutes: 60, cancelCutoffMinutes: 60 };

const appointmentTypes: readonly ClinicAppointmentType[] = [
  { id: 'type-consultation', name: 'Consultation', durationMinutes: 30 },
  { id: 'type-follow-up', name: 'Follow-up', durationMinutes: 15 },
  { id: 'type-echocardiogram', name: 'Echocardiogram', durationMinutes: 45 },
  { id: 'type-skin-procedure', name: 'Minor skin procedure', durationMinutes: 60 },
  { id: 'type-vaccination', name: 'Vaccination', durationMinutes: 15 },
  { id: 'type-teleconsult', name: 'Teleconsultation', durationMinutes: 20 },
];

/** What most calendars share; each says what is its own. */
const USUAL: Omit<ClinicCalendar, 'id' | 'name' | 'appointmentTypeIds' | 'hours'> = {
  description: null,
  timezone: 'Asia/Manila',
  untypedDurationMinutes: 30,
  stepMinutes: 15,
  seats: 1,
  policy: USUAL_POLICY,
};

const calendars: readonly ClinicCalendar[] = [
  {
    ...USUAL,
    id: 'cal-cardiology',
    name: 'Dr. Test Alvarez (Cardiology)',
    description: 'Heart clinic, room 201',
    appointmentTypeIds: ['type-consultation', 'type-follow-up', 'type-echocardiogram'],
    hours: {
      periods: [
        { weekdays: WEEKDAYS, from: '09:00', to: '12:00' },
        { weekdays: WEEKDAYS, from: '13:00', to: '17:00' },
      ],
      holidays: PHILIPPINE_HOLIDAYS,
    },
  },
  {
    ...USUAL,
    id: 'cal-pediatrics',
    name: 'Dr. Test Bautista (Pediatrics)',
    description: 'Mornings on Monday, Wednesday, Friday and Saturday; afternoons on Tuesday and Thursday',
    appointmentTypeIds: ['type-consultation', 'type-follow-up'],
    hours: {
      periods: [
        { weekdays: [1, 3, 5], from: '08:00', to: '12:00' },
        { weekdays: [2, 4], from: '13:30', to: '18:00' },
        { weekdays: [6], from: '08:00', to: '11:00' },
      ],
      holidays: PHILIPPINE_HOLIDAYS,
    },
  },
  {
    ...USUAL,
    id: 'cal-dermatology',
    name: 'Dr. Test Cruz (Dermatology)',
    description: 'Names no time zone of its own; changes by chat until a day before',
    timezone: null,
    appointmentTypeIds: ['type-consultation', 'type-skin-procedure'],
    stepMinutes: 30,
    policy: { ...USUAL_POLICY, minNoticeMinutes: 240, rescheduleCutoffMinutes: 1440, cancelCutoffMinutes: 1440 },
    hours: {
      periods: [
        { weekdays: [2, 3, 4, 5, 6], from: '10:00', to: '13:00' },
        { weekdays: [2, 3, 4, 5, 6], from: '14:00', to: '19:00' },
      ],
      holidays: PHILIPPINE_HOLIDAYS,
    },
  },
  {
    ...USUAL,
    id: 'cal-general',
    name: 'Dr. Test Dizon (General Medicine)',
    description: 'Open every day, at short notice',
    appointmentTypeIds: ['type-consultation', 'type-follow-up', 'type-vaccination'],
    policy: { ...USUAL_POLICY, minNoticeMinutes: 0 },
    hours: {
      periods: [
        { weekdays: EVERY_DAY, from: '07:00', to: '12:00' },
        { weekdays: EVERY_DAY, from: '13:00', to: '20:00' },
      ],
      holidays: ['01-01', '12-25'],
    },
  },
  {
    ...USUAL,
    id: 'cal-vaccination',
    name: 'Test Vaccination Room',
    description: 'Three patients at a time',
    appointmentTypeIds: ['type-vaccination'],
    seats: 3,
    policy: { ...USUAL_POLICY, maxDaysInAdvance: 30 },
    hours: {
      periods: [
        { weekdays: [1, 2, 3, 4, 5, 6], from: '08:00', to: '11:30' },
        { weekdays: [1, 2, 3, 4, 5], from: '13:00', to: '16:00' },
      ],
      holidays: PHILIPPINE_HOLIDAYS,
    },
  },
  {
    ...USUAL,
    id: 'cal-laboratory',
    name: 'Test Laboratory (Blood Draw)',
    description: 'Keeps no appointment types',
    appointmentTypeIds: [],
    stepMinutes: 30,
    hours: { periods: [{ weekdays: [1, 2, 3, 4, 5, 6], from: '06:00', to: '10:00' }], holidays: PHILIPPINE_HOLIDAYS },
  },
  {
    ...USUAL,
    id: 'cal-telehealth-ny',
    name: 'Dr. Test Rivera (Telehealth, New York)',
    timezone: NEW_YORK,
    appointmentTypeIds: ['type-teleconsult', 'type-follow-up'],
    stepMinutes: 20,
    hours: {
      periods: [
        { weekdays: WEEKDAYS, from: '09:00', to: '12:00' },
        { weekdays: WEEKDAYS, from: '13:00', to: '17:00' },
      ],
      holidays: US_HOLIDAYS,
    },
  },
  {
    ...USUAL,
    id: 'cal-night-triage-ny',
    name: 'Dr. Test Whitman (Night Triage, New York)',
    description: 'Open through the nights in which the clocks change',
    timezone: NEW_YORK,
    appointmentTypeIds: ['type-teleconsult'],
    stepMinutes: 20,
    hours: {
      periods: [
        { weekdays: [7], from: '00:00', to: '04:00' },
        { weekdays: [5, 6], from: '20:00', to: '24:00' },
      ],
      holidays: [],
    },
  },
];

/** An invented clinic in Manila: every way in which calendars differ that the hub must cope with occurs in it once. */
export const demoClinic: Clinic = { name: 'Sandbox General Hospital (test)', timezone: 'Asia/Manila', appointmentTypes, calendars };
