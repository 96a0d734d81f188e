import type { MessageFacts } from './message-facts.js';
import { renderMessage } from './message-format.js';

const FACTS: MessageFacts = {
  facility: 'Test – General',
  calendar: 'Dr. {phone} Inventada',
  appointmentType: null,
  start: new Date('2026-03-09T07:05:00Z'),
  zone: 'Asia/Manila',
  phone: null,
  change: 'call',
};

describe('renderMessage', () => {
  it('takes what stands in a value as it stands', () => {
    expect(renderMessage('{calendar}', 'en', 'chat', FACTS).text).toBe('Dr. {phone} Inventada');
  });

  it('makes an SMS of plain characters, and leaves a chat as it is', () => {
    expect(renderMessage('{facility}', 'en', 'sms', FACTS).text).toBe('Test - General');
    expect(renderMessage('{facility}', 'en', 'chat', FACTS).text).toBe('Test – General');
  });

  it.each([
    ['a value that is not known', 'chat', '{phone}', /"phone" was not provided/],
    ['a variable that there is not', 'chat', '{fax}', /"fax" was not provided/],
    ['the calendar in an SMS', 'sms', '{calendar}', /"calendar" was not provided/],
    ['a fault', 'chat', '{', /EXPECT_ARGUMENT_CLOSING_BRACE/],
  ] as const)('makes nothing of %s, rather than a hole', (_, medium, template, message) => {
    expect(() => renderMessage(template, 'en', medium, FACTS)).toThrow(message);
  });

  it('gives the parts for providers that have texts of their own', () => {
    expect(renderMessage('a', 'vi', 'chat', FACTS).parts).toEqual({
      facility: 'Test – General',
      date: 'Thứ Hai, 9 tháng 3, 2026',
      time: '15:05',
      phone: null,
    });
    expect(renderMessage('a', 'vi', 'chat', { ...FACTS, start: null }).parts).toMatchObject({ date: null, time: null });
  });
});
