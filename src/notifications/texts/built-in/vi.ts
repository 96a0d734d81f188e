import type { TextSet } from '../text-set.js';

const DETAILS =
  '{hasType, select, yes {\nNội dung khám: {appointmentType}} other {}}' + '{hasCalendar, select, yes {\nVới: {calendar}} other {}}';
const UNKNOWN = 'Bệnh viện sẽ xác nhận giờ hẹn.';
const WHEN = `{hasTime, select, yes {Ngày: {date}\nGiờ: {time}} other {${UNKNOWN}}}`;
const CHANGE =
  '{change, select,' +
  ' chat {\n\nĐể đổi lịch hoặc hủy, vui lòng trả lời tại đây.}' +
  ' call {\n\nĐể đổi lịch hoặc hủy, vui lòng gọi {hasPhone, select, yes {{phone}} other {bệnh viện}}.}' +
  ' handover {\n\nĐể đổi lịch hoặc hủy, vui lòng trả lời tại đây, nhân viên sẽ hỗ trợ quý vị.}' +
  ' other {{hasPhone, select, yes {\n\nCần hỏi thêm? Vui lòng gọi {phone}.} other {}}}}';
const AGAIN = 'vui lòng trả lời tại đây{hasPhone, select, yes { hoặc gọi {phone}} other {}}.';
const AT_TIME = '{hasTime, select, yes { lúc {time}, {date}} other {}}';

const SMS_WHEN = `{hasTime, select, yes { lúc {time}, {date}.} other {. ${UNKNOWN}}}`;
const SMS_CHANGE = ' Hỏi hoặc đổi lịch: {hasPhone, select, yes {gọi {phone}} other {liên hệ bệnh viện}}.';
const SMS_AGAIN = ' Đặt lại: {hasPhone, select, yes {gọi {phone}} other {liên hệ bệnh viện}}.';

export const VI: TextSet = {
  booked: {
    chat: `Lịch hẹn của quý vị tại {facility} đã được đặt.\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}: đã đặt lịch hẹn${SMS_WHEN}${SMS_CHANGE}`,
  },
  rescheduled: {
    chat: `Lịch hẹn của quý vị tại {facility} đã được đổi.\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}: đã đổi lịch hẹn{hasTime, select, yes { sang {time}, {date}.} other {. ${UNKNOWN}}}${SMS_CHANGE}`,
  },
  canceled: {
    chat: `Lịch hẹn của quý vị tại {facility}${AT_TIME} đã được hủy.${DETAILS}\n\nĐể đặt lại, ${AGAIN}`,
    sms: `{facility}: lịch hẹn${AT_TIME} đã được hủy.${SMS_AGAIN}`,
  },
  notBooked: {
    chat: `Rất tiếc, không đặt được lịch hẹn của quý vị tại {facility}${AT_TIME}.${DETAILS}\n\nĐể chọn giờ khác, ${AGAIN}`,
    sms: `{facility}: rất tiếc, không đặt được lịch hẹn${AT_TIME}.${SMS_AGAIN}`,
  },
  reminder: {
    chat: `Nhắc lịch: quý vị có lịch hẹn tại {facility}.\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}: nhắc lịch hẹn${SMS_WHEN}${SMS_CHANGE}`,
  },
};
