import type { BookingPolicy } from './booking-policy.js';
import type { Clinic, ClinicCalendar } from './clinic.js';

const POLICY: BookingPolicy = { minNoticeMinutes: 60, maxDaysInAdvance: 90, rescheduleCutoffMinutes: 120, cancelCutoffMinutes: 120 };

function aDoctor(id: string, name: string, timezone: string, holidays: readonly string[]): ClinicCalendar {
  return {
    id,
    name,
    description: null,
    timezone,
    appointmentTypeIds: ['type-consultation', 'type-review'],
    untypedDurationMinutes: 30,
    stepMinutes: 30,
    seats: 1,
    policy: POLICY,
    hours: {
      periods: [
        { weekdays: [1, 2, 3, 4, 5], from: '08:30', to: '12:30' },
        { weekdays: [1, 2, 3, 4, 5, 6], from: '13:30', to: '17:00' },
      ],
      holidays,
    },
  };
}

/** An invented group with a doctor in each zone that a client has to cope with; Lord Howe's clocks change by half an hour. */
export const regionalClinic: Clinic = {
  name: 'Sandbox Regional Group (test)',
  timezone: 'Asia/Singapore',
  appointmentTypes: [
    { id: 'type-consultation', name: 'Consultation', durationMinutes: 30 },
    { id: 'type-review', name: 'Review', durationMinutes: 15 },
  ],
  calendars: [
    aDoctor('cal-singapore', 'Dr. Test Tan (Singapore)', 'Asia/Singapore', ['01-01', '05-01', '08-09', '12-25']),
    aDoctor('cal-manila', 'Dr. Test Reyes (Manila)', 'Asia/Manila', ['01-01', '06-12', '11-30', '12-25']),
    aDoctor('cal-jakarta', 'Dr. Test Wijaya (Jakarta)', 'Asia/Jakarta', ['01-01', '05-01', '08-17', '12-25']),
    aDoctor('cal-new-york', 'Dr. Test Miller (New York)', 'America/New_York', ['01-01', '07-04', '12-25']),
    aDoctor('cal-lord-howe', 'Dr. Test Wilson (Lord Howe)', 'Australia/Lord_Howe', ['01-01', '01-26', '12-25']),
  ],
};
