import { DETAIL_FIELDS, type ContactDetails, type DetailField } from './contact-details.js';

/** What is null in `known` taken from `given`; what is known stays. `filled` names what that changed. */
export function filledFrom(known: ContactDetails, given: ContactDetails): { details: ContactDetails; filled: DetailField[] } {
  const filled = DETAIL_FIELDS.filter(field => known[field] === null && given[field] !== null);
  return { details: { ...known, ...only(given, filled) }, filled };
}

/** The reverse: of what was `filled` from `source`, all that is still the same is unknown again. */
export function emptiedAgain(known: ContactDetails, source: ContactDetails, filled: readonly string[]): ContactDetails {
  const emptied = DETAIL_FIELDS.filter(field => filled.includes(field) && known[field] === source[field]);
  return { ...known, ...Object.fromEntries(emptied.map(field => [field, null])) };
}

function only(details: ContactDetails, fields: readonly DetailField[]): Partial<ContactDetails> {
  return Object.fromEntries(fields.map(field => [field, details[field]]));
}
