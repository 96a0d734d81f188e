import type { FieldError } from '../common/domain-error.js';
import { hintOf, readAddress, type Address } from './address-rules.js';

describe('readAddress', () => {
  it.each<[Address, string]>([
    [{ channel: 'sms', address: '0917 000 0001' }, '+639170000001'],
    [{ channel: 'sms', address: '+1 500 555 0006' }, '+15005550006'],
    [{ channel: 'messenger', address: '0917 000 0001' }, '0917 000 0001'],
    [{ channel: 'viber', address: 'Invented=' }, 'Invented='],
  ])('reads %j as %s', (given, address) => {
    const errors: FieldError[] = [];

    expect(readAddress(given, 'replyTo', { country: 'PH' }, errors)).toBe(address);
    expect(errors).toEqual([]);
  });

  it.each([
    ['replyTo', 'replyTo.address'],
    ['', 'address'],
  ])('names the field that is no phone, never its value: at %j', (at, field) => {
    const errors: FieldError[] = [];

    readAddress({ channel: 'sms', address: '12345678901234567890' }, at, { country: 'PH' }, errors);

    expect(errors).toMatchObject([{ field, code: 'invalid-phone' }]);
    expect(JSON.stringify(errors)).not.toContain('1234567');
  });
});

describe('hintOf', () => {
  it.each([
    ['', ''],
    ['12345', ''],
    ['123456', '56'],
    ['123456789', '789'],
    ['+639170000001', '0001'],
    ['24567890123456789', '6789'],
  ])('shows of %j no more than %j', (address, hint) => {
    expect(hintOf(address)).toBe(hint);
  });
});
