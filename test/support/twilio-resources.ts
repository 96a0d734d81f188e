import { randomBytes } from 'node:crypto';

/** One message as Twilio keeps it. */
export interface TwilioSms {
  sid: string;
  to: string;
  from: string | null;
  messagingServiceSid: string | null;
  body: string;
  status: string;
  errorCode: number | null;
  at: Date;
  /** null: it waits in the queue. */
  sentAt: Date | null;
  statusCallback: string | null;
  direction: 'outbound-api' | 'inbound';
  /** Also while the list lags behind. */
  isListed: boolean;
}

/** Status and words of Twilio's errors, as far as the tests need them (https://www.twilio.com/docs/api/errors). */
const ERRORS: Record<number, readonly [status: number, message: string]> = {
  14107: [400, 'SMS send rate limit exceeded'],
  20003: [401, 'Authenticate'],
  20005: [403, 'Account not active'],
  20404: [404, 'The requested resource was not found'],
  20429: [429, 'Too Many Requests'],
  20500: [500, 'An internal server error has occurred'],
  20503: [503, 'Service unavailable'],
  21211: [400, "Invalid 'To' Phone Number: TO"],
  21212: [400, "Invalid 'From' Number: FROM"],
  21266: [400, "'To' and 'From' number cannot be the same: TO"],
  21408: [400, 'Permission to send an SMS has not been enabled for the region indicated by the To number: TO'],
  21602: [400, 'Message body is required.'],
  21603: [400, "A 'From' phone number is required."],
  21604: [400, "A 'To' phone number is required."],
  21606: [400, 'The From phone number FROM is not a valid, SMS-capable inbound phone number or short code for your account.'],
  21609: [400, 'The StatusCallback URL is not a valid URL.'],
  21610: [400, 'Attempt to send to unsubscribed recipient'],
  21611: [400, "This 'From' number has exceeded the maximum number of queued messages"],
  21612: [400, "Message cannot be sent with the current combination of 'To' (TO) and/or 'From' (FROM) parameters"],
  21614: [400, "'To' number is not a valid mobile number"],
  21617: [400, 'The concatenated message body exceeds the 1600 character limit'],
  21635: [400, "'To' number cannot be a landline: TO"],
  21659: [400, "'From' FROM is not a Twilio phone number or Short Code country mismatch"],
  21705: [400, 'The Messaging Service Sid is invalid'],
  63038: [429, 'Account exceeded the 200 daily messages limit'],
};

/** An error's answer. Like Twilio's it repeats the numbers that it is about. */
export function errorAnswer(code: number, to = '', from = ''): { status: number; body: object } {
  const [status, message] = ERRORS[code] ?? [400, 'Bad request'];
  const words = message.replace('TO', to).replace('FROM', from);
  return { status, body: { code, message: words, more_info: `https://www.twilio.com/docs/errors/${code}`, status } };
}

export function newSid(prefix: string): string {
  return prefix + randomBytes(16).toString('hex');
}

const ALPHANUMERIC = /^(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}$/;
const E164 = /^\+[1-9]\d{6,14}$/;

/** What Twilio finds wrong with a request to send, as one of its codes. */
export function formError(form: URLSearchParams): number | null {
  const [to, from, service, body, callback] = ['To', 'From', 'MessagingServiceSid', 'Body', 'StatusCallback'].map(
    name => form.get(name) ?? '',
  );
  if (!to) return 21604;
  if (!E164.test(to)) return 21211;
  if (!from && !service) return 21603;
  if (service && !/^MG[0-9a-fA-F]{32}$/.test(service)) return 21705;
  if (from && !E164.test(from) && !/^\d{3,6}$/.test(from) && !ALPHANUMERIC.test(from)) return 21212;
  if (from === to) return 21266;
  if (!body?.trim()) return 21602;
  if ([...body].length > 1_600) return 21617;
  return callback && !/^https?:\/\/[^/_]+/.test(callback) ? 21609 : null;
}

/** The Message resource. */
export function resourceOf(sms: TwilioSms, accountSid: string): object {
  const rfc2822 = (at: Date): string => at.toUTCString().replace('GMT', '+0000');
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${sms.sid}.json`;
  return {
    account_sid: accountSid,
    api_version: '2010-04-01',
    body: sms.body,
    date_created: rfc2822(sms.at),
    date_sent: sms.sentAt && rfc2822(sms.sentAt),
    date_updated: rfc2822(sms.sentAt ?? sms.at),
    direction: sms.direction,
    error_code: sms.errorCode,
    error_message: null,
    from: sms.from,
    messaging_service_sid: sms.messagingServiceSid,
    num_media: '0',
    // A sender is chosen later.
    num_segments: sms.messagingServiceSid ? '0' : String(segmentsOf(sms.body)),
    price: null,
    price_unit: 'USD',
    sid: sms.sid,
    status: sms.status,
    subresource_uris: { media: uri.replace('.json', '/Media.json') },
    to: sms.to,
    uri,
  };
}

/** One page, newest first, of what was sent or received by the address. */
export function listPage(all: readonly TwilioSms[], url: URL, accountSid: string): object {
  const query = url.searchParams;
  const size = Math.min(Math.max(Number(query.get('PageSize') ?? 50), 1), 1_000);
  const listed = all.filter(sms => (query.get('To') ?? sms.to) === sms.to).toSorted((a, b) => b.at.getTime() - a.at.getTime());
  const page = Number(query.get('Page') ?? 0);
  const messages = listed.slice(page * size, (page + 1) * size);
  const uriOf = (number: number): string => {
    const parameters = new URLSearchParams(query);
    parameters.set('PageSize', String(size));
    parameters.set('Page', String(number));
    if (number > 0) parameters.set('PageToken', `PA${listed[number * size - 1]?.sid ?? ''}`);
    return `${url.pathname}?${parameters.toString()}`;
  };
  return {
    end: page * size + Math.max(messages.length - 1, 0),
    first_page_uri: uriOf(0),
    messages: messages.map(sms => resourceOf(sms, accountSid)),
    next_page_uri: (page + 1) * size < listed.length ? uriOf(page + 1) : null,
    page,
    page_size: size,
    previous_page_uri: page > 0 ? uriOf(page - 1) : null,
    start: page * size,
    uri: uriOf(page),
  };
}

/** GSM-7: 160, or 153 each; UCS-2: 70, or 67. The signs of the extension table count twice. */
function segmentsOf(text: string): number {
  const extension = text.match(/[\^{}\\[\]~|€\f]/g)?.length ?? 0;
  const isGsm7 = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[\]~|€\f]*$/.test(text);
  const units = isGsm7 ? text.length + extension : text.length;
  const [one, each] = isGsm7 ? [160, 153] : [70, 67];
  return units <= one ? 1 : Math.ceil(units / each);
}
