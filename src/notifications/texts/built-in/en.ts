import type { TextSet } from '../text-set.js';

const DETAILS = '{hasType, select, yes {\nFor: {appointmentType}} other {}}' + '{hasCalendar, select, yes {\nWith: {calendar}} other {}}';
const WHEN = '{hasTime, select, yes {Date: {date}\nTime: {time}} other {The hospital will confirm the time.}}';
const CHANGE =
  '{change, select,' +
  ' chat {\n\nTo reschedule or cancel, reply here.}' +
  ' call {\n\nTo reschedule or cancel, please call {hasPhone, select, yes {{phone}} other {the hospital}}.}' +
  ' handover {\n\nTo reschedule or cancel, reply here and a member of our staff will help you.}' +
  ' other {{hasPhone, select, yes {\n\nQuestions? Call {phone}.} other {}}}}';
const AGAIN = 'reply here{hasPhone, select, yes { or call {phone}} other {}}.';
const FOR_TIME = '{hasTime, select, yes { on {date} at {time}} other {}}';

const SMS_WHEN = '{hasTime, select, yes { for {date}, {time}.} other {. The hospital will confirm the time.}}';
const SMS_CHANGE = ' Questions or changes: {hasPhone, select, yes {call {phone}} other {contact the hospital}}.';
const SMS_AGAIN = ' To book again: {hasPhone, select, yes {call {phone}} other {contact the hospital}}.';

export const EN: TextSet = {
  booked: {
    chat: `Your appointment at {facility} is booked.\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}: your appointment is booked${SMS_WHEN}${SMS_CHANGE}`,
  },
  rescheduled: {
    chat: `Your appointment at {facility} has been moved.\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}: your appointment has been moved{hasTime, select, yes { to {date}, {time}.} other {. The hospital will confirm the time.}}${SMS_CHANGE}`,
  },
  canceled: {
    chat: `Your appointment at {facility}${FOR_TIME} has been canceled.${DETAILS}\n\nTo book again, ${AGAIN}`,
    sms: `{facility}: your appointment${FOR_TIME} has been canceled.${SMS_AGAIN}`,
  },
  notBooked: {
    chat: `We are sorry: your appointment at {facility}${FOR_TIME} could not be booked.${DETAILS}\n\nTo choose another time, ${AGAIN}`,
    sms: `{facility}: sorry, your appointment${FOR_TIME} could not be booked.${SMS_AGAIN}`,
  },
  reminder: {
    chat: `Reminder: you have an appointment at {facility}.\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}: reminder of your appointment{hasTime, select, yes { on {date}, {time}.} other {. The hospital will confirm the time.}}${SMS_CHANGE}`,
  },
};
