import { emptiedAgain, filledFrom } from './contact-fill-rules.js';
import type { ContactDetails } from './contact-details.js';

function details(known: Partial<ContactDetails>): ContactDetails {
  return { name: null, dateOfBirth: null, phone: null, rawPhone: null, email: null, gender: null, nationalId: null, ...known };
}

describe('filledFrom', () => {
  it.each<[string, Partial<ContactDetails>, Partial<ContactDetails>, Partial<ContactDetails>, string[]]>([
    ['fills what is null', { name: 'Maria' }, { email: 'a@example.org' }, { name: 'Maria', email: 'a@example.org' }, ['email']],
    ['overwrites nothing', { name: 'Maria' }, { name: 'Juan' }, { name: 'Maria' }, []],
    ['clears nothing', { name: 'Maria' }, {}, { name: 'Maria' }, []],
    ['fills a name', {}, { name: 'Maria', gender: 'female' }, { name: 'Maria', gender: 'female' }, ['name', 'gender']],
  ])('%s', (_, known, given, expected, filled) => {
    expect(filledFrom(details(known), details(given))).toEqual({ details: details(expected), filled });
  });
});

describe('emptiedAgain', () => {
  it.each<[string, Partial<ContactDetails>, Partial<ContactDetails>, string[], Partial<ContactDetails>]>([
    ['empties what was filled', { name: 'Maria', email: 'a@example.org' }, { email: 'a@example.org' }, ['email'], { name: 'Maria' }],
    ['leaves what has changed since', { email: 'b@example.org' }, { email: 'a@example.org' }, ['email'], { email: 'b@example.org' }],
    ['leaves what was not filled', { email: 'a@example.org' }, { email: 'a@example.org' }, [], { email: 'a@example.org' }],
    ['does not mind what is no detail', { name: 'Maria' }, { name: 'Maria' }, ['locale'], { name: 'Maria' }],
  ])('%s', (_, known, source, filled, expected) => {
    expect(emptiedAgain(details(known), details(source), filled)).toEqual(details(expected));
  });
});
