import type { NotificationKind } from '../../notification-state.js';
import type { MessageParts } from '../channel-client.js';

/** A utility template of the page as the Send API wants it, with its named parameters. */
export interface UtilityTemplate {
  name: string;
  language: { code: string };
  components: { type: 'body'; parameters: { type: 'text'; parameter_name: string; text: string }[] }[];
}

const NAMES: Readonly<Record<NotificationKind, string>> = {
  booked: 'appointment_booked',
  rescheduled: 'appointment_rescheduled',
  canceled: 'appointment_canceled',
  notBooked: 'appointment_not_booked',
  reminder: 'appointment_reminder',
};

/**
 * Which approved template tells this, by the naming of docs/channels.md: the kind's, with `_no_time` where the hospital has yet to
 * confirm the time and `_no_phone` where the facility has given none, for Meta lets no parameter be empty. Parameters: `facility`,
 * `date`, `time`, `phone`
 * (https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/utility-messages).
 */
export function utilityTemplate(kind: NotificationKind, locale: string, parts: MessageParts): UtilityTemplate {
  const hasTime = parts.date !== null && parts.time !== null;
  const name = `${NAMES[kind]}${hasTime ? '' : '_no_time'}${parts.phone === null ? '_no_phone' : ''}`;
  const values: [string, string | null][] = [
    ['facility', parts.facility],
    ['date', hasTime ? parts.date : null],
    ['time', hasTime ? parts.time : null],
    ['phone', parts.phone],
  ];
  const parameters = values.flatMap(([parameter, text]) =>
    text === null ? [] : [{ type: 'text' as const, parameter_name: parameter, text: oneLine(text) }],
  );
  return { name, language: { code: templateLanguage(locale) }, components: [{ type: 'body', parameters }] };
}

/**
 * One language, one code: the language alone, Chinese by its script (`zh_CN`, `zh_TW`), Tagalog as Filipino. Whoever has the
 * templates approved uses the same.
 *
 * @param locale BCP 47.
 */
export function templateLanguage(locale: string): string {
  const { language, script } = new Intl.Locale(locale).maximize();
  if (language === 'zh') return script === 'Hant' ? 'zh_TW' : 'zh_CN';
  return language === 'tl' ? 'fil' : language;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
