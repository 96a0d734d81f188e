import type { TextSet } from '../text-set.js';

const DETAILS =
  '{hasType, select, yes {\n就诊项目：{appointmentType}} other {}}' + '{hasCalendar, select, yes {\n预约对象：{calendar}} other {}}';
const UNKNOWN = '具体时间将由医院另行确认。';
const WHEN = `{hasTime, select, yes {日期：{date}\n时间：{time}} other {${UNKNOWN}}}`;
const CHANGE =
  '{change, select,' +
  ' chat {\n\n如需改期或取消，请在此回复。}' +
  ' call {\n\n如需改期或取消，请致电{hasPhone, select, yes { {phone}} other {医院}}。}' +
  ' handover {\n\n如需改期或取消，请在此回复，工作人员会为您处理。}' +
  ' other {{hasPhone, select, yes {\n\n如有疑问，请致电 {phone}。} other {}}}}';
const AGAIN = '请在此回复{hasPhone, select, yes {，或致电 {phone}} other {}}。';
const ON_TIME = '{hasTime, select, yes {（{date} {time}）} other {}}';

const SMS_WHEN = `{hasTime, select, yes {：{date} {time}。} other {。${UNKNOWN}}}`;
const SMS_CHANGE = '咨询或改期请{hasPhone, select, yes {致电 {phone}} other {联系医院}}。';
const SMS_AGAIN = '重新预约请{hasPhone, select, yes {致电 {phone}} other {联系医院}}。';

export const ZH_HANS: TextSet = {
  booked: {
    chat: `您在{facility}的预约已成功。\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}：您的预约已成功${SMS_WHEN}${SMS_CHANGE}`,
  },
  rescheduled: {
    chat: `您在{facility}的预约已改期。\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}：您的预约已改期{hasTime, select, yes {至 {date} {time}。} other {。${UNKNOWN}}}${SMS_CHANGE}`,
  },
  canceled: {
    chat: `您在{facility}的预约${ON_TIME}已取消。${DETAILS}\n\n如需重新预约，${AGAIN}`,
    sms: `{facility}：您的预约${ON_TIME}已取消。${SMS_AGAIN}`,
  },
  notBooked: {
    chat: `很抱歉，您在{facility}的预约${ON_TIME}未能成功。${DETAILS}\n\n如需选择其他时间，${AGAIN}`,
    sms: `{facility}：很抱歉，您的预约${ON_TIME}未能成功。${SMS_AGAIN}`,
  },
  reminder: {
    chat: `就诊提醒：您在{facility}有预约。\n\n${WHEN}${DETAILS}${CHANGE}`,
    sms: `{facility}：提醒您，您有预约${SMS_WHEN}${SMS_CHANGE}`,
  },
};
