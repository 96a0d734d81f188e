import type { MessengerSettings } from '../../../facilities/facility.settings.js';
import type { OutgoingMessage } from '../channel-client.js';
import { utilityTemplate, type UtilityTemplate } from './messenger-template.js';
import { isWindowOpen } from './messenger-window.js';

/** Meta: "less than 2000 characters". Longer texts are refused, not cut: what is missing might be the time or the phone. */
const TEXT_LIMIT = 2_000;

/** By which rule Meta is asked to let it pass. */
export type MessengerMode = 'window' | 'template' | 'tag';

/** The body of `POST /{version}/me/messages`. */
export interface SendApiBody {
  recipient: { id: string };
  messaging_type: 'UPDATE' | 'UTILITY' | 'MESSAGE_TAG';
  tag?: 'CONFIRMED_EVENT_UPDATE';
  /** `metadata` comes back in the echo. */
  message: { text: string; metadata: string } | { template: UtilityTemplate; metadata: string };
}

export type MessengerRequest =
  { kind: 'send'; mode: MessengerMode; body: SendApiBody } | { kind: 'refused'; code: 'outside-messenger-window' | 'message-refused' };

/**
 * What is asked of the Send API: within 24 h of the person's last message the text itself, proactively (`UPDATE`); after that what
 * the facility allows.
 */
export function messengerRequest(
  message: Pick<OutgoingMessage, 'attemptId' | 'kind' | 'locale' | 'text' | 'parts' | 'address' | 'lastInboundAt'>,
  { outsideWindow }: MessengerSettings,
  now: Date,
): MessengerRequest {
  const { attemptId: metadata, text } = message;
  const recipient = { id: message.address };
  const isOpen = isWindowOpen(message.lastInboundAt, now);
  if (!isOpen && outsideWindow === 'never') return { kind: 'refused', code: 'outside-messenger-window' };
  if (!isOpen && outsideWindow === 'template') {
    const template = utilityTemplate(message.kind, message.locale, message.parts);
    return { kind: 'send', mode: 'template', body: { recipient, messaging_type: 'UTILITY', message: { template, metadata } } };
  }
  if (text.length >= TEXT_LIMIT) return { kind: 'refused', code: 'message-refused' };
  return isOpen
    ? { kind: 'send', mode: 'window', body: { recipient, messaging_type: 'UPDATE', message: { text, metadata } } }
    : {
        kind: 'send',
        mode: 'tag',
        body: { recipient, messaging_type: 'MESSAGE_TAG', tag: 'CONFIRMED_EVENT_UPDATE', message: { text, metadata } },
      };
}
