import {
  isArgumentElement,
  isLiteralElement,
  isSelectElement,
  type LocationDetails,
  type MessageFormatElement,
  type SelectElement,
} from '@formatjs/icu-messageformat-parser';
import { MissingValueError } from 'intl-messageformat';
import { allFacts } from './all-facts.js';
import type { MessageFacts } from './message-facts.js';
import { parseTemplate, renderMessage } from './message-format.js';
import { CHOICES, NOT_IN_SMS, PLACEHOLDERS } from './message-variables.js';
import type { Medium } from './notification-template.entity.js';
import { smsSize } from './sms-segments.js';

const MAX_SEGMENTS = 10;
/** What Messenger takes, the narrowest of the chats. */
const MAX_CHAT_LENGTH = 2_000;

/** What is wrong with a template: a stable code, and a sentence that says where and what would be right. */
export interface TemplateFault {
  code: 'syntax' | 'unknown-variable' | 'not-in-sms' | 'not-a-choice' | 'unknown-choice' | 'needs-a-choice' | 'empty' | 'too-long';
  message: string;
}

/** What keeps a facility's own text from being sent whatever the facts are, or null. `sample`: facts that have all. */
export function templateFault(text: string, locale: string, medium: Medium, sample: MessageFacts): TemplateFault | null {
  const elements = parsedOrFault(text);
  if ('code' in elements) return elements;
  return faultAmong(elements, medium) ?? renderingFault(text, locale, medium, sample);
}

function parsedOrFault(text: string): MessageFormatElement[] | TemplateFault {
  try {
    return parseTemplate(text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Of a skeleton for dates or numbers; its words would quote the text.
    if (!(error instanceof SyntaxError)) return { code: 'syntax', message: 'text is no ICU MessageFormat: it has an unknown skeleton.' };
    const { location } = error as SyntaxError & { location?: { start: LocationDetails } };
    const what = error.message.toLowerCase().replaceAll('_', ' ');
    return { code: 'syntax', message: `text is no ICU MessageFormat${placeOf(location)}: ${what}.` };
  }
}

function faultAmong(elements: readonly MessageFormatElement[], medium: Medium): TemplateFault | null {
  for (const element of elements) {
    const fault = isLiteralElement(element) ? null : faultOf(element, medium);
    if (fault) return fault;
  }
  return null;
}

function faultOf(element: MessageFormatElement, medium: Medium): TemplateFault | null {
  const name = 'value' in element ? element.value : '#';
  const place = placeOf(element.location);
  const usable = (names: string[]): string => names.filter(known => medium === 'chat' || !NOT_IN_SMS.includes(known)).join(', ');
  if (!Object.hasOwn(PLACEHOLDERS, name) && !Object.hasOwn(CHOICES, name)) {
    const known = `${usable(Object.keys(PLACEHOLDERS))}; to choose by: ${usable(Object.keys(CHOICES))}`;
    return { code: 'unknown-variable', message: `{${name}}${place} is not known. There are: ${known}.` };
  }
  if (medium === 'sms' && NOT_IN_SMS.includes(name)) {
    return { code: 'not-in-sms', message: `{${name}}${place} may not stand in an SMS: a phone is often a family's.` };
  }
  if (isSelectElement(element)) return faultOfSelect(element, medium, place);
  if (isArgumentElement(element) && Object.hasOwn(PLACEHOLDERS, name)) return null;
  const right = Object.hasOwn(CHOICES, name) ? `{${name}, select, ${String(CHOICES[name]?.[0])} {…} other {…}}` : `{${name}}`;
  return { code: 'not-a-choice', message: `{${name}}${place} cannot be written so: use ${right}.` };
}

function faultOfSelect({ value: name, options }: SelectElement, medium: Medium, place: string): TemplateFault | null {
  const values = CHOICES[name];
  if (!values) {
    return { code: 'not-a-choice', message: `Nothing can be chosen by {${name}}${place}: use ${Object.keys(CHOICES).join(', ')}.` };
  }
  const unknown = Object.keys(options).find(option => option !== 'other' && !values.includes(option));
  if (unknown !== undefined) {
    return { code: 'unknown-choice', message: `{${name}}${place} is never "${unknown}", but: ${values.join(', ')}.` };
  }
  return faultAmong(
    Object.values(options).flatMap(option => option.value),
    medium,
  );
}

function renderingFault(text: string, locale: string, medium: Medium, sample: MessageFacts): TemplateFault | null {
  for (const facts of allFacts(sample)) {
    const made = renderedOrMissing(text, locale, medium, facts);
    if (typeof made === 'object') {
      const has = String(PLACEHOLDERS[made.missing]);
      return {
        code: 'needs-a-choice',
        message: `{${made.missing}} is not always there: put what needs it into {${has}, select, yes {…} other {…}}.`,
      };
    }
    if (made === '') return { code: 'empty', message: 'text must not be empty, whatever is known of the appointment.' };
    const fault = sizeFault(made, medium);
    if (fault) return fault;
  }
  return null;
}

/** Whether what was made of a text is more than its medium takes. */
export function sizeFault(made: string, medium: Medium): TemplateFault | null {
  if (medium === 'sms' && smsSize(made).segments > MAX_SEGMENTS) {
    return { code: 'too-long', message: `text makes more than ${String(MAX_SEGMENTS)} SMS.` };
  }
  if (medium === 'chat' && made.length > MAX_CHAT_LENGTH) {
    return { code: 'too-long', message: `text makes a message of more than ${String(MAX_CHAT_LENGTH)} characters.` };
  }
  return null;
}

function renderedOrMissing(text: string, locale: string, medium: Medium, facts: MessageFacts): string | { missing: string } {
  try {
    return renderMessage(text, locale, medium, facts).text;
  } catch (error) {
    // The error has the variable's name in its sentence alone.
    const missing = error instanceof MissingValueError ? /variable "(\w+)"/.exec(error.message)?.[1] : undefined;
    if (missing === undefined) throw error;
    return { missing };
  }
}

function placeOf(location: { start: LocationDetails } | undefined): string {
  return location ? ` at line ${String(location.start.line)}, column ${String(location.start.column)}` : '';
}
