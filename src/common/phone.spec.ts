import { phoneProblemMessage, readPhone } from './phone.js';

describe('readPhone', () => {
  it.each([
    ['0917 123 4567', 'PH', '+639171234567'],
    ['+63 (917) 123-4567', 'PH', '+639171234567'],
    ['00639171234567', 'PH', '+639171234567'],
    ['63 917 123 4567', 'PH', '+639171234567'],
    ['9171234567', 'PH', '+639171234567'],
    ['+63 0917 123 4567', 'PH', '+639171234567'],
    ['+63(0)917.123.4567', 'PH', '+639171234567'],
    ['  0917-123-4567 ', 'PH', '+639171234567'],
    ['\u202d+63 917 123 4567\u202c', 'PH', '+639171234567'],
    ['+６３９１７１２３４５６７', 'PH', '+639171234567'],
    ['0917 123 4567 ext 5', 'PH', '+639171234567'],
    ['(02) 8123-4567', 'PH', '+63281234567'],
    ['+1 (415) 555-2671', 'PH', '+14155552671'],
    ['011 63 917 123 4567', 'US', '+639171234567'],
    ['9123 4567', 'SG', '+6591234567'],
    ['08123456789', 'ID', '+628123456789'],
    ['+63 917 123 4567', 'AQ', '+639171234567'],
  ])('reads %j in %s as %s', (raw, country, e164) => {
    expect(readPhone(raw, country)).toEqual({ kind: 'phone', e164 });
  });

  it('accepts a number of a range that the library does not know yet', () => {
    expect(readPhone('02 812 3456', 'PH')).toEqual({ kind: 'phone', e164: '+6328123456' });
  });

  it.each([
    ['12345', 'PH', 'too-short'],
    ['+63', 'PH', 'too-short'],
    ['0917 123 4567 8901', 'PH', 'too-long'],
    ['0917-123-4567 / 0918-111-2222', 'PH', 'too-long'],
    ['call my wife', 'PH', 'not-a-number'],
    ['0917 123 456O', 'PH', 'not-a-number'],
    ['', 'PH', 'not-a-number'],
    [' ', 'PH', 'not-a-number'],
    ['-', 'PH', 'not-a-number'],
    ['+999 123 456 789', 'PH', 'unknown-country'],
    ['0917 123 4567', 'AQ', 'unknown-country'],
  ])('refuses %j in %s: %s', (raw, country, problem) => {
    expect(readPhone(raw, country)).toEqual({ kind: 'problem', problem });
  });
});

describe('phoneProblemMessage', () => {
  it.each([
    ['PH', 'phone is too short: a number of PH looks like +63 905 123 4567.'],
    ['SG', 'phone is too short: a number of SG looks like +65 8123 4567.'],
    ['AQ', 'phone is too short: give it with its country code, such as +63 905 123 4567.'],
  ])('shows what a number of %s looks like', (country, message) => {
    expect(phoneProblemMessage('phone', 'too-short', country)).toBe(message);
  });
});
