// The clinic's calendars, hours and rules, and which times are free. It is in Manila, which has no daylight saving: a zone that has it
// needs a library.
const [MINUTE, DAY] = [60_000, 86_400_000];
const OFFSET = 480 * MINUTE;
const [OPENS, CLOSES, NOTICE, ADVANCE, CUTOFF] = [540 * MINUTE, 1_020 * MINUTE, 60 * MINUTE, 60 * DAY, 60 * MINUTE];
const types = [{ id: 'consultation', name: 'Consultation', duration_minutes: 30 }];
export const calendars = [
  { id: 'dr-test', name: 'Dr. Test (General practice)', timezone: 'Asia/Manila', appointment_types: types },
  { id: 'lab', name: 'Laboratory', timezone: 'Asia/Manila', appointment_types: [] },
];

/** Says no: the HTTP status, the contract's code, a sentence. */
export const no = (status, code, message) => {
  throw Object.assign(new Error(message), { status, code });
};
export const inZone = ms => new Date(ms + OFFSET).toISOString().replace('.000Z', '+08:00');
export const momentOf = text => {
  const isMoment = typeof text === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text);
  return (isMoment && Date.parse(text)) || no(400, 'invalid_request', 'A time must be ISO 8601 with an offset.');
};

const durationOf = (calendarId, typeId) => {
  const calendar = calendars.find(({ id }) => id === calendarId) ?? no(422, 'invalid_calendar', 'There is no such calendar.');
  const type = calendar.appointment_types.find(({ id }) => id === typeId);
  if (!type && (typeId || calendar.appointment_types.length > 0)) no(422, 'invalid_appointment_type', 'It is not offered there.');
  return (type?.duration_minutes ?? 30) * MINUTE;
};
/** Whether the hours and the appointments leave room; `except` is the one that moves. */
const isFree = (appointments, calendarId, start, duration, except) => {
  const [day, time] = [new Date(start + OFFSET).getUTCDay(), (start + OFFSET) % DAY];
  const isOpen = day > 0 && day < 6 && time >= OPENS && time + duration <= CLOSES && (time - OPENS) % duration === 0;
  const isTaken = a =>
    a !== except && a.calendarId === calendarId && a.status !== 'canceled' && a.start < start + duration && start < a.end;
  return isOpen && !appointments.some(isTaken);
};
/** The place of an appointment from `start` on, or a no. */
export const placeAt = (appointments, calendarId, typeId, start, except) => {
  const duration = durationOf(calendarId, typeId);
  if (start < Date.now() + NOTICE) no(422, 'not_available_min_hours_in_advance', 'Too soon.');
  if (start > Date.now() + ADVANCE) no(422, 'not_available_max_days_in_advance', 'Too far ahead.');
  if (!isFree(appointments, calendarId, start, duration, except)) no(409, 'not_available', 'That time is not free.');
  return { calendarId, typeId, start, end: start + duration };
};
export const freeSlots = (appointments, calendarId, typeId, month) => {
  const [duration, slots] = [durationOf(calendarId, typeId), []];
  for (let start = Date.parse(`${month}-01T00:00:00+08:00`); inZone(start).startsWith(month); start += duration) {
    const isAhead = start >= Date.now() + NOTICE && start <= Date.now() + ADVANCE;
    if (isAhead && isFree(appointments, calendarId, start, duration)) slots.push({ start: inZone(start), end: inZone(start + duration) });
  }
  return slots;
};
export const isPastCutoff = start => Date.now() > start - CUTOFF;
