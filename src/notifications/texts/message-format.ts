import { IntlMessageFormat } from 'intl-messageformat';
import { parse, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { LRUCache } from 'lru-cache';
import type { MessageParts } from '../channels/channel-client.js';
import type { MessageFacts } from './message-facts.js';
import { partsOf, valuesOf } from './message-variables.js';
import type { Medium } from './notification-template.entity.js';
import { plainForSms } from './sms-characters.js';

/** Built-in texts and those of some thousand facilities; a parsed one takes a few KB. */
const parsed = new LRUCache<string, IntlMessageFormat>({ max: 5_000 });

/** The parsed text. Throws `SyntaxError`, its message a code, with the `location` of the fault. `<` and `>` are themselves. */
export function parseTemplate(text: string): MessageFormatElement[] {
  return parse(text, { ignoreTag: true, captureLocation: true });
}

/**
 * A text made of a template (ICU MessageFormat) and facts, and its parts. Throws where the template has a fault, or needs a value
 * that there is not: a text never has a hole. `locale` (BCP 47) is that of date and time.
 */
export function renderMessage(
  template: string,
  locale: string,
  medium: Medium,
  facts: MessageFacts,
): { text: string; parts: MessageParts } {
  const parts = partsOf(facts, locale);
  const text = String(formatOf(template).format(valuesOf(facts, parts, medium))).trim();
  return { text: medium === 'sms' ? plainForSms(text) : text, parts };
}

function formatOf(template: string): IntlMessageFormat {
  const known = parsed.get(template);
  if (known) return known;
  // All values are strings that stand already in the text's language: the locale given here formats nothing.
  const format = new IntlMessageFormat(parseTemplate(template), 'en');
  parsed.set(template, format);
  return format;
}
