import type { TextSet } from '../text-set.js';

const DETAILS =
  '{hasType, select, yes {\nPara sa: {appointmentType}} other {}}' + '{hasCalendar, select, yes {\nIskedyul ng: {calendar}} other {}}';
const UNKNOWN = 'Kukumpirmahin pa po ng ospital ang oras.';
const WHEN = `{hasTime, select, yes {Petsa: {date}\nOras: {time}} other {${UNKNOWN}}}`;
const CHANGE =
  '{change, select,' +
  ' chat {\n\nPara magpalit ng oras o magkansela, mag-reply lang po dito.}' +
  ' call {\n\nPara magpalit ng oras o magkansela, tumawag po sa {hasPhone, select, yes {{phone}} other {ospital}}.}' +
  ' handover {\n\nPara magpalit ng oras o magkansela, mag-reply po dito at tutulungan kayo ng aming staff.}' +
  ' other {{hasPhone, select, yes {\n\nMay tanong? Tumawag po sa {phone}.} other {}}}}';
const AGAIN = 'mag-reply po dito{hasPhone, select, yes { o tumawag sa {phone}} other {}}.';
const FOR_TIME = '{hasTime, select, yes { para sa {date}, {time}} other {}}';

const SMS_WHEN = `{hasTime, select, yes { sa {date}, {time}.} other {. ${UNKNOWN}}}`;
const SMS_CHANGE = ' Tanong o pagbabago: {hasPhone, select, yes {tumawag sa {phone}} other {makipag-ugnayan sa ospital}}.';
const SMS_AGAIN = ' Para mag-book ulit: {hasPhone, select, yes {tumawag sa {phone}} other {makipag-ugnayan sa ospital}}.';

export const FIL: TextSet = {
  booked: {
    chat: `Naka-book na po ang inyong appointment sa {facility}.\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}: naka-book na ang inyong appointment${SMS_WHEN}${SMS_CHANGE}`,
  },
  rescheduled: {
    chat: `Nailipat na po ang inyong appointment sa {facility}.\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}: nailipat na ang inyong appointment${SMS_WHEN}${SMS_CHANGE}`,
  },
  canceled: {
    chat: `Kanselado na po ang inyong appointment sa {facility}${FOR_TIME}.${DETAILS}\n\nPara mag-book ulit, ${AGAIN}`,
    sms: `{facility}: kanselado na ang inyong appointment${FOR_TIME}.${SMS_AGAIN}`,
  },
  notBooked: {
    chat: `Paumanhin po, hindi na-book ang inyong appointment sa {facility}${FOR_TIME}.${DETAILS}\n\nPara pumili ng ibang oras, ${AGAIN}`,
    sms: `{facility}: paumanhin, hindi na-book ang inyong appointment${FOR_TIME}.${SMS_AGAIN}`,
  },
  reminder: {
    chat: `Paalala po: may appointment kayo sa {facility}.\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}: paalala, may appointment kayo${SMS_WHEN}${SMS_CHANGE}`,
  },
};
