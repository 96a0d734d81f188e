const SET_UP = 'Set-up';
const BOOK = 'Journey 1: book';
const CANCEL = 'Journey 2: cancel';
const RESCHEDULE = 'Journey 3: reschedule';
const ADMIN_SYNC = 'Journey 4: staff book, move or cancel';
const CHECK_IN = 'Journey 5: check-in';
const PERMANENT_ID = 'Permanent patient id';
const MESSAGES = 'Messages';
const OPERATIONS = 'Operations';

const HOSPITAL_ACTS =
  "Swagger UI cannot sign as a hospital does: on the zero-configuration start play the hospital's staff at the sandbox's page, whose address the start prints; it sends the signed event.";

/** The tags of the document, in the order of the mission. Each leads through its steps by the ids of the operations. */
export const TAGS: readonly { name: string; description: string }[] = [
  {
    name: SET_UP,
    description: `Connect a hospital.
1. An admin makes it: \`createFacility\`, with the key that the hospital gave, the default appointment type, and the cutoffs (\`policies\`).
2. Does it answer? \`checkConnection\`.
3. Fetch its calendars: \`forceCalendarSync\`, then \`listCalendars\`; \`changeCalendar\` takes one out of booking.
4. Give the hospital the facility's \`webhook.url\` (\`getFacility\`) and its secret, which \`createFacility\` or \`rotateWebhookSecret\` has shown.
5. What lacks? \`getGoLive\`; then \`setFacilityStatus\`, and a key for the chat platform: \`createApiKey\`.`,
  },
  {
    name: BOOK,
    description: `A patient books by chat.
1. Store who it is: \`putContact\`.
2. Which times are free? \`getAvailability\` for a month, or \`findNextSlots\` for the earliest.
3. The patient still types: \`holdSlot\` keeps the seat (optional).
4. The patient chose: \`bookAppointment\`. 201: the hospital said yes. 202: not known yet, nothing may be told as done.
5. The confirmation is sent by the hub: \`explainAppointment\` says what became of it.`,
  },
  {
    name: CANCEL,
    description: `A patient cancels by chat.
1. Whose? \`searchContacts\`, by phone.
2. What is stored of them: \`listAppointmentsOfContact\`, with \`canCancel\`; the hospital is not asked.
3. The patient chose: \`cancelAppointment\`.
4. The confirmation: \`explainAppointment\`.`,
  },
  {
    name: RESCHEDULE,
    description: `A patient moves an appointment by chat.
1. Whose? \`searchContacts\`, by phone.
2. What is stored of them: \`listAppointmentsOfContact\`, with \`canReschedule\`; the hospital is not asked.
3. Which times are free? \`getAvailability\` or \`findNextSlots\`.
4. The patient chose: \`rescheduleAppointment\`.
5. The confirmation: \`explainAppointment\`.`,
  },
  {
    name: ADMIN_SYNC,
    description: `Staff change something in the hospital's own system.
1. It sends a signed event: \`receiveWebhook\`. ${HOSPITAL_ACTS} \`dryRunWebhook\` says, without any effect, what is wrong with one.
2. What became of it: \`listWebhookEvents\`.
3. The record: \`listAppointments\`, \`getTimeline\`.
4. The patient is told: \`explainAppointment\`.
5. The chat platform follows all changes: \`listEvents\`.`,
  },
  {
    name: CHECK_IN,
    description: `A patient is there and gets a queue number.
1. The hospital sends \`Queued\`: \`receiveWebhook\`. ${HOSPITAL_ACTS}
2. What became of it: \`listWebhookEvents\`.
3. The appointment is \`SHOW\`, with its \`queueNumber\`: \`getAppointment\`.`,
  },
  {
    name: PERMANENT_ID,
    description: `A patient who had a temporary id gets the hospital's own.
1. The hospital sends \`patientCreated\`: \`receiveWebhook\`. ${HOSPITAL_ACTS}
2. The contact has both ids: \`getContact\`.
3. Where two contacts turned out to be one: \`listContactMerges\`, \`undoContactMerge\`.`,
  },
  {
    name: MESSAGES,
    description:
      'What patients are told, in which words, and what became of it: `listNotifications`, `resendNotification`, `listNotificationTemplates`. What providers and the platform tell of it: receipts, and `reportChannelEvent`.',
  },
  {
    name: OPERATIONS,
    description:
      'Day by day: health, drift, what waits for a person, replay, who did what, a patient who wants to see or to be forgotten. `docs/operations.md` says when to use which.',
  },
];

/** The tags of each operation; in the order in which the document has them, which is that of the steps in each journey. */
export const TAGS_OF: Readonly<Record<string, readonly string[]>> = {
  createFacility: [SET_UP],
  listFacilities: [SET_UP],
  getFacility: [SET_UP],
  changeFacility: [SET_UP],
  deactivateFacility: [SET_UP],
  checkConnection: [SET_UP, OPERATIONS],
  forceCalendarSync: [SET_UP, OPERATIONS],
  listCalendarSyncs: [SET_UP, OPERATIONS],
  listCalendars: [SET_UP, BOOK],
  getCalendar: [SET_UP],
  changeCalendar: [SET_UP],
  rotateWebhookSecret: [SET_UP],
  getGoLive: [SET_UP],
  setFacilityStatus: [SET_UP],
  createApiKey: [SET_UP],
  listApiKeys: [SET_UP],
  revokeApiKey: [SET_UP],
  putContact: [BOOK],
  searchContacts: [CANCEL, RESCHEDULE],
  getContact: [BOOK, PERMANENT_ID],
  changeContact: [BOOK],
  eraseContact: [OPERATIONS],
  listAppointmentsOfContact: [CANCEL, RESCHEDULE],
  getAvailability: [BOOK, RESCHEDULE],
  findNextSlots: [BOOK, RESCHEDULE],
  holdSlot: [BOOK],
  giveUpSlotHold: [BOOK],
  bookAppointment: [BOOK],
  listAppointments: [ADMIN_SYNC, OPERATIONS],
  rescheduleAppointment: [RESCHEDULE],
  cancelAppointment: [CANCEL],
  receiveWebhook: [ADMIN_SYNC, CHECK_IN, PERMANENT_ID],
  dryRunWebhook: [ADMIN_SYNC, CHECK_IN, PERMANENT_ID],
  listWebhookEvents: [ADMIN_SYNC, CHECK_IN, OPERATIONS],
  getWebhookEvent: [ADMIN_SYNC, CHECK_IN, OPERATIONS],
  getAppointment: [BOOK, CANCEL, RESCHEDULE, ADMIN_SYNC, CHECK_IN],
  getTimeline: [ADMIN_SYNC, OPERATIONS],
  explainAppointment: [BOOK, CANCEL, RESCHEDULE, ADMIN_SYNC, MESSAGES],
  listEvents: [ADMIN_SYNC],
  listContactMerges: [PERMANENT_ID],
  undoContactMerge: [PERMANENT_ID],
  listNotifications: [MESSAGES],
  getNotification: [MESSAGES],
  resendNotification: [MESSAGES],
  listNotificationTemplates: [MESSAGES],
  setNotificationTemplate: [MESSAGES],
  reportChannelEvent: [MESSAGES],
  receiveProviderCallback: [MESSAGES],
  verifyMessengerCallback: [MESSAGES],
  isLive: [OPERATIONS],
  isReady: [OPERATIONS],
  getFacilityHealth: [OPERATIONS],
  getDrift: [OPERATIONS],
  startDrift: [OPERATIONS],
  repairDrift: [OPERATIONS],
  markAppointmentReviewed: [OPERATIONS],
  replayWebhookEvents: [OPERATIONS],
  replayWebhookEvent: [OPERATIONS],
  listAuditLog: [OPERATIONS],
  exportContact: [OPERATIONS],
};
