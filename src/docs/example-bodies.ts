import type { ExampleValues } from './example-values.js';

/** By operation: the one example of its body, or several by name. */
export type ExampleBodies = Record<string, { value: unknown } | { named: Record<string, { summary: string; value: unknown }> } | undefined>;

/** Nobody: the same one in all examples. */
const PATIENT = {
  name: 'Maria Santos (invented)',
  dateOfBirth: '1990-04-23',
  phone: '+639170000100',
  gender: 'female',
};

/** A body for every operation that takes one, to be sent as it is. */
export function bodiesOf(values: ExampleValues): ExampleBodies {
  return { ...setUp(values), ...patients(values), ...bookings(values), ...events(values), ...operations(values) };
}

function setUp({ schedulerUrl, facilityId }: ExampleValues): ExampleBodies {
  return {
    createFacility: {
      value: {
        name: 'Example Hospital',
        timezone: 'Asia/Manila',
        country: 'PH',
        scheduler: { connector: 'botmd', baseUrl: schedulerUrl, auth: { scheme: 'bearer', apiKey: 'the-key-that-the-hospital-gave' } },
        policies: { reschedule: { mode: 'allowed', cutoffMinutes: 120 }, cancel: { mode: 'allowed', cutoffMinutes: 120 } },
      },
    },
    changeFacility: { value: { policies: { reschedule: { mode: 'allowed', cutoffMinutes: 120, phone: '+63 2 8000 0000' } } } },
    setFacilityStatus: { value: { status: 'live', byHand: true, reason: 'An example of the documentation' } },
    changeCalendar: { value: { enabled: true } },
    createApiKey: { value: { name: 'Chat platform', scopes: ['write'], facilityIds: [facilityId] } },
  };
}

function patients({ now }: ExampleValues): ExampleBodies {
  return {
    putContact: { value: PATIENT },
    searchContacts: { value: { phone: PATIENT.phone } },
    changeContact: { value: { locale: 'fil-PH' } },
    reportChannelEvent: { value: { channel: 'sms', address: PATIENT.phone, type: 'inbound', at: now } },
  };
}

function bookings({ calendarId, appointmentTypeId, contactId, start, otherStart, heldStart, patientStart }: ExampleValues): ExampleBodies {
  const at = { calendarId, appointmentTypeId };
  return {
    holdSlot: { value: { ...at, start: heldStart } },
    bookAppointment: {
      named: {
        contact: { summary: 'For a contact that the hub has', value: { contactId, ...at, start } },
        patient: {
          summary: 'For a patient who is matched with those known, else made',
          value: { contact: PATIENT, ...at, start: patientStart },
        },
      },
    },
    rescheduleAppointment: { value: { start: otherStart } },
    cancelAppointment: { value: { reason: 'The patient is travelling.' } },
    markAppointmentReviewed: { value: { note: 'Asked by phone: all is well.' } },
  };
}

function events({ start, otherStart, now }: ExampleValues): ExampleBodies {
  const of = { event_id: 'evt-1001', occurred_at: now, appointment_id: 'A-2001' };
  const patient = { temporary_patient_id: 'T-3001', name: PATIENT.name, date_of_birth: PATIENT.dateOfBirth, phone: PATIENT.phone };
  const at = { calendar_id: 'cal-cardiology', appointment_type_id: 'type-consultation' };
  const named = {
    created: { summary: 'Staff have booked', value: { event: 'appointmentCreated', ...of, ...patient, ...at, datetime: start } },
    rescheduled: {
      summary: 'Staff have moved it',
      value: { event: 'appointmentRescheduled', ...of, event_id: 'evt-1002', ...patient, ...at, datetime: otherStart },
    },
    canceled: {
      summary: 'Staff have canceled it',
      value: { event: 'appointmentCanceled', ...of, event_id: 'evt-1003', ...patient, reason: 'The doctor is ill.' },
    },
    queued: { summary: 'The patient is there', value: { event: 'Queued', ...of, event_id: 'evt-1004', ...patient, queue_number: '17' } },
    patientCreated: {
      summary: 'The patient has a permanent id',
      value: { event: 'patientCreated', event_id: 'evt-1005', occurred_at: now, ...patient, patient_id: 'P-3001' },
    },
  };
  return {
    receiveWebhook: { named },
    dryRunWebhook: { named },
    receiveProviderCallback: { value: { event: 'delivered', message_token: 1 } },
  };
}

function operations({ now }: ExampleValues): ExampleBodies {
  return {
    replayWebhookEvents: { value: { outcome: 'rejected', since: now } },
    resendNotification: { value: { reason: 'The patient asked for it again at the desk.' } },
    setNotificationTemplate: { value: { kind: 'booked', medium: 'sms', locale: 'en', text: null } },
    startDrift: { value: {} },
    repairDrift: {
      value: {
        repairs: [{ findingId: '01999c5e-0000-7000-8000-00000000000c', action: 'dismiss' }],
        reason: 'The hospital says that it was deleted.',
      },
    },
  };
}
