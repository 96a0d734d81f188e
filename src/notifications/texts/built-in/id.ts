import type { TextSet } from '../text-set.js';

const DETAILS =
  '{hasType, select, yes {\nUntuk: {appointmentType}} other {}}' + '{hasCalendar, select, yes {\nDengan: {calendar}} other {}}';
const UNKNOWN = 'Rumah sakit akan mengonfirmasi waktunya.';
const WHEN = `{hasTime, select, yes {Tanggal: {date}\nPukul: {time}} other {${UNKNOWN}}}`;
const CHANGE =
  '{change, select,' +
  ' chat {\n\nUntuk mengubah jadwal atau membatalkan, balas di sini.}' +
  ' call {\n\nUntuk mengubah jadwal atau membatalkan, silakan hubungi {hasPhone, select, yes {{phone}} other {rumah sakit}}.}' +
  ' handover {\n\nUntuk mengubah jadwal atau membatalkan, balas di sini dan staf kami akan membantu Anda.}' +
  ' other {{hasPhone, select, yes {\n\nAda pertanyaan? Hubungi {phone}.} other {}}}}';
const AGAIN = 'balas di sini{hasPhone, select, yes { atau hubungi {phone}} other {}}.';
const ON_TIME = '{hasTime, select, yes { pada {date} pukul {time}} other {}}';

const SMS_WHEN = `{hasTime, select, yes { pada {date} pukul {time}.} other {. ${UNKNOWN}}}`;
const SMS_CHANGE = ' Pertanyaan atau perubahan: hubungi {hasPhone, select, yes {{phone}} other {rumah sakit}}.';
const SMS_AGAIN = ' Untuk membuat janji lagi: hubungi {hasPhone, select, yes {{phone}} other {rumah sakit}}.';

export const ID: TextSet = {
  booked: {
    chat: `Janji temu Anda di {facility} telah terjadwal.\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}: janji temu Anda telah terjadwal${SMS_WHEN}${SMS_CHANGE}`,
  },
  rescheduled: {
    chat: `Jadwal janji temu Anda di {facility} telah diubah.\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}: janji temu Anda telah dijadwalkan ulang${SMS_WHEN}${SMS_CHANGE}`,
  },
  canceled: {
    chat: `Janji temu Anda di {facility}${ON_TIME} telah dibatalkan.${DETAILS}\n\nUntuk membuat janji lagi, ${AGAIN}`,
    sms: `{facility}: janji temu Anda${ON_TIME} telah dibatalkan.${SMS_AGAIN}`,
  },
  notBooked: {
    chat: `Mohon maaf, janji temu Anda di {facility}${ON_TIME} tidak dapat dijadwalkan.${DETAILS}\n\nUntuk memilih waktu lain, ${AGAIN}`,
    sms: `{facility}: maaf, janji temu Anda${ON_TIME} tidak dapat dijadwalkan.${SMS_AGAIN}`,
  },
  reminder: {
    chat: `Pengingat: Anda memiliki janji temu di {facility}.\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}: pengingat janji temu Anda${SMS_WHEN}${SMS_CHANGE}`,
  },
};
