import type { MessageFacts } from './message-facts.js';
import type { Medium } from './notification-template.entity.js';
import { templateFault } from './template-rules.js';

const SAMPLE: MessageFacts = {
  facility: 'Test General',
  calendar: 'Dr. Testa Inventada',
  appointmentType: 'Consultation',
  start: new Date('2026-03-09T07:05:00Z'),
  zone: 'Asia/Manila',
  phone: '+63917 000 0001',
  change: 'chat',
};

describe('templateFault', () => {
  it.each<[string, Medium, string]>([
    ['words alone', 'sms', 'See you soon.'],
    ['the name', 'sms', '{facility}'],
    ['what may be missing, within its choice', 'sms', '{hasTime, select, yes {{date} {time}} other {soon}}'],
    ['what may be missing, within the other half of its choice', 'sms', 'Call {hasPhone, select, no {us} other {{phone}}}.'],
    [
      'calendar and type in a chat',
      'chat',
      'A{hasCalendar, select, yes { {calendar}} other {}}{hasType, select, yes { {appointmentType}} other {}}',
    ],
    ['a choice by change', 'chat', '{change, select, chat {Reply} call {Call} handover {Wait} other {Bye}}'],
    ['quoted braces, signs of less and more, an apostrophe', 'chat', "It's '{'so'}' <b> & {facility} >"],
    ['ten SMS', 'sms', 'a'.repeat(1_530)],
  ])('lets %s be', (_, medium, text) => {
    expect(templateFault(text, 'en', medium, SAMPLE)).toBeNull();
  });

  it.each<[string, Medium, string, string, RegExp]>([
    ['an open brace', 'chat', 'Hi\n{facility', 'syntax', /line 2, column 1: expect argument closing brace\.$/],
    ['a choice without other', 'chat', '{hasTime, select, yes {a}}', 'syntax', /line 1, column 26: missing other clause\.$/],
    ['an unknown skeleton of a date', 'chat', '{date, date, ::YYYY}', 'syntax', /unknown skeleton\.$/],
    ['an unknown skeleton of a number', 'chat', '{facility, number, ::E}', 'syntax', /unknown skeleton\.$/],
    ['an unknown kind of argument', 'chat', '{date, day}', 'syntax', /invalid argument type\.$/],
    [
      'a name',
      'chat',
      'Hi {name}',
      'unknown-variable',
      /^\{name\} at line 1, column 4 is not known\. There are: facility, date,.*calendar.*hasTime/,
    ],
    [
      'a name deep inside',
      'chat',
      '{hasTime, select, yes {{hasPhone, select, yes {{fax}} other {a}}} other {b}}',
      'unknown-variable',
      /^\{fax\}/,
    ],
    ['a name that every object has', 'chat', '{constructor}', 'unknown-variable', /^\{constructor\}/],
    ['a name, by choice', 'chat', '{toString, select, other {a}}', 'unknown-variable', /^\{toString\}/],
    ['the calendar in an SMS', 'sms', '{hasTime, select, yes {{calendar}} other {a}}', 'not-in-sms', /^\{calendar\} at line 1, column 24 /],
    ['the type in an SMS', 'sms', 'x {appointmentType}', 'not-in-sms', /^\{appointmentType\}/],
    ['even whether there is a type, in an SMS', 'sms', '{hasType, select, yes {a} other {b}}', 'not-in-sms', /^\{hasType\}/],
    ['a choice written out', 'chat', '{hasTime}', 'not-a-choice', /use \{hasTime, select, yes \{…\} other \{…\}\}/],
    ['a choice by a value', 'chat', '{facility, select, other {a}}', 'not-a-choice', /use hasTime, hasPhone/],
    ['a date of the template’s own', 'chat', '{date, date, short}', 'not-a-choice', /use \{date\}/],
    ['a number', 'chat', '{phone, number}', 'not-a-choice', /use \{phone\}/],
    ['a plural', 'chat', '{facility, plural, other {#}}', 'not-a-choice', /use \{facility\}/],
    ['a value that never comes', 'chat', '{hasTime, select, true {a} other {b}}', 'unknown-choice', /never "true", but: yes, no/],
    ['a phone that may be missing', 'sms', 'Call {phone}', 'needs-a-choice', /^\{phone\} .* \{hasPhone, select, yes/],
    ['a time that may be missing', 'sms', '{hasPhone, select, yes {at {time}} other {a}}', 'needs-a-choice', /^\{time\}/],
    ['nothing', 'chat', '   ', 'empty', /empty/],
    ['nothing, where there is no phone', 'chat', '{hasPhone, select, yes {{phone}} other {}}', 'empty', /empty/],
    ['eleven SMS', 'sms', 'a'.repeat(1_531), 'too-long', /more than 10 SMS/],
    ['eleven SMS of Chinese', 'sms', '医'.repeat(671), 'too-long', /more than 10 SMS/],
    ['what Messenger does not take, when it is made', 'chat', '{facility}'.repeat(200), 'too-long', /2000 characters/],
  ])('refuses %s', (_, medium, text, code, message) => {
    const fault = templateFault(text, 'en', medium, SAMPLE);

    expect(fault?.code).toBe(code);
    expect(fault?.message).toMatch(message);
  });
});
