/** What the examples of the document are made of. */
export interface ExampleValues {
  facilityId: string;
  calendarId: string;
  appointmentTypeId: string;
  contactId: string;
  /** Of an appointment that may be moved. */
  appointmentId: string;
  /** Of another one, which may be canceled. */
  canceledAppointmentId: string;
  notificationId: string;
  webhookEventId: string;
  /** The last part of the facility's webhook URL. */
  token: string;
  /** `YYYY-MM`, that of `start`. */
  month: string;
  /** Four free slots of one calendar and type, ISO 8601 with offset: what is done to one does not stand in the way of the others. */
  start: string;
  otherStart: string;
  heldStart: string;
  patientStart: string;
  /** Some moments ago. */
  now: string;
  schedulerUrl: string;
}

/** Of the document as it is committed: nothing of a hub that runs. */
export const INVENTED: ExampleValues = {
  facilityId: '01999c5e-0000-7000-8000-000000000001',
  calendarId: '01999c5e-0000-7000-8000-000000000002',
  appointmentTypeId: '01999c5e-0000-7000-8000-000000000003',
  contactId: '01999c5e-0000-7000-8000-000000000004',
  appointmentId: '01999c5e-0000-7000-8000-000000000005',
  canceledAppointmentId: '01999c5e-0000-7000-8000-000000000007',
  notificationId: '01999c5e-0000-7000-8000-000000000008',
  webhookEventId: '01999c5e-0000-7000-8000-000000000009',
  token: 'the-last-part-of-webhook.url',
  month: '2026-03',
  start: '2026-03-09T09:30:00+08:00',
  otherStart: '2026-03-10T14:00:00+08:00',
  heldStart: '2026-03-11T09:30:00+08:00',
  patientStart: '2026-03-11T10:00:00+08:00',
  now: '2026-03-02T08:15:00+08:00',
  schedulerUrl: 'https://scheduling.hospital.example/api/v1',
};
