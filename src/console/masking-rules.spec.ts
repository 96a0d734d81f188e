import { maskedAll, maskedEnd, maskedName } from './masking-rules.js';

describe('What is shown of a patient before a reason is given', () => {
  it.each<[string | null, string | null]>([
    ['Testa Inventada', 'T••• I•••'],
    ['  Testa   de la Inventada ', 'T••• d••• l••• I•••'],
    ['𝒯esta', '𝒯•••'],
    ['', '•••'],
    [null, null],
  ])('of the name %j is %j', (name, masked) => {
    expect(maskedName(name)).toBe(masked);
  });

  it.each<[string | null, string | null]>([
    ['+639170000001', '••• 001'],
    ['P-1234', '•••'],
    ['P-12345', '••• 345'],
    ['', '•••'],
    [null, null],
  ])('of the phone or id %j is %j', (value, masked) => {
    expect(maskedEnd(value)).toBe(masked);
  });

  it('of the rest is nothing but that it is there', () => {
    expect([maskedAll('1990-01-01'), maskedAll(null)]).toEqual(['•••', null]);
  });
});
