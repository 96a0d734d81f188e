import type { TextSet } from '../text-set.js';

const DETAILS =
  '{hasType, select, yes {\nUntuk: {appointmentType}} other {}}' + '{hasCalendar, select, yes {\nDengan: {calendar}} other {}}';
const UNKNOWN = 'Pihak hospital akan mengesahkan masanya.';
const WHEN = `{hasTime, select, yes {Tarikh: {date}\nMasa: {time}} other {${UNKNOWN}}}`;
const CHANGE =
  '{change, select,' +
  ' chat {\n\nUntuk menukar masa atau membatalkan, balas di sini.}' +
  ' call {\n\nUntuk menukar masa atau membatalkan, sila hubungi {hasPhone, select, yes {{phone}} other {pihak hospital}}.}' +
  ' handover {\n\nUntuk menukar masa atau membatalkan, balas di sini dan kakitangan kami akan membantu anda.}' +
  ' other {{hasPhone, select, yes {\n\nAda pertanyaan? Hubungi {phone}.} other {}}}}';
const AGAIN = 'balas di sini{hasPhone, select, yes { atau hubungi {phone}} other {}}.';
const ON_TIME = '{hasTime, select, yes { pada {date}, {time}} other {}}';

const SMS_WHEN = `{hasTime, select, yes { pada {date}, {time}.} other {. ${UNKNOWN}}}`;
const SMS_CHANGE = ' Pertanyaan atau perubahan: hubungi {hasPhone, select, yes {{phone}} other {pihak hospital}}.';
const SMS_AGAIN = ' Untuk menempah semula: hubungi {hasPhone, select, yes {{phone}} other {pihak hospital}}.';

export const MS: TextSet = {
  booked: {
    chat: `Janji temu anda di {facility} telah ditempah.\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}: janji temu anda telah ditempah${SMS_WHEN}${SMS_CHANGE}`,
  },
  rescheduled: {
    chat: `Janji temu anda di {facility} telah ditukar.\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}: janji temu anda telah ditukar{hasTime, select, yes { kepada {date}, {time}.} other {. ${UNKNOWN}}}${SMS_CHANGE}`,
  },
  canceled: {
    chat: `Janji temu anda di {facility}${ON_TIME} telah dibatalkan.${DETAILS}\n\nUntuk menempah semula, ${AGAIN}`,
    sms: `{facility}: janji temu anda${ON_TIME} telah dibatalkan.${SMS_AGAIN}`,
  },
  notBooked: {
    chat: `Maaf, janji temu anda di {facility}${ON_TIME} tidak dapat ditempah.${DETAILS}\n\nUntuk memilih masa lain, ${AGAIN}`,
    sms: `{facility}: maaf, janji temu anda${ON_TIME} tidak dapat ditempah.${SMS_AGAIN}`,
  },
  reminder: {
    chat: `Peringatan: anda mempunyai janji temu di {facility}.\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}: peringatan janji temu anda${SMS_WHEN}${SMS_CHANGE}`,
  },
};
