import type { SmsSettings } from '../../../facilities/facility.settings.js';
import type { OutgoingMessage } from '../channel-client.js';

/** The query parameter of the callback's URL by which a receipt names the attempt, even where the answer to it was lost. */
export const ATTEMPT_PARAMETER = 'attempt';

/** The most that Twilio is asked for at once: a page of long texts stays far below what the hub reads of one answer. */
const PAGE_SIZE = 200;

/** `…/Messages.json` of the account. */
export function messagesUrl(settings: SmsSettings): URL {
  return new URL(`/2010-04-01/Accounts/${encodeURIComponent(settings.accountSid)}/Messages.json`, settings.baseUrl);
}

/** HTTP Basic with the account and its token (https://www.twilio.com/docs/usage/requests-to-twilio). Never logged. */
export function authorization(settings: SmsSettings, authToken: string): string {
  return `Basic ${Buffer.from(`${settings.accountSid}:${authToken}`, 'utf8').toString('base64')}`;
}

/** The form of one message. A sender that is the id of a messaging service is named as such; all others are `From`. */
export function messageForm(settings: SmsSettings, message: OutgoingMessage): string {
  const sender = /^MG[0-9a-fA-F]{32}$/.test(settings.from) ? 'MessagingServiceSid' : 'From';
  return new URLSearchParams({
    To: message.address,
    [sender]: settings.from,
    Body: message.text,
    StatusCallback: statusCallback(message),
  }).toString();
}

/**
 * All that was ever sent to the address. Not narrowed by `DateSent`: that is when Twilio handed a message on, and one that still
 * waits in its queue has none, so that a list by it may leave out the very message that is looked for.
 */
export function searchUrl(settings: SmsSettings, address: string): URL {
  const url = messagesUrl(settings);
  url.searchParams.set('To', address);
  url.searchParams.set('PageSize', String(PAGE_SIZE));
  return url;
}

function statusCallback(message: OutgoingMessage): string {
  const url = new URL(message.callbackUrl);
  url.searchParams.set(ATTEMPT_PARAMETER, message.attemptId);
  return url.href;
}
