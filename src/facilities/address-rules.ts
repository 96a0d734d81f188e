import type { FieldError } from '../common/domain-error.js';
import { phoneIn } from '../common/phone.js';
import type { Channel } from './facility.settings.js';

/** Somebody's address on a channel. */
export interface Address {
  channel: Channel;
  /** For SMS a phone number, else as the channel gives it. */
  address: string;
}

/**
 * The address in the form in which it is kept and found: for SMS E.164. Of one that is no phone number the problem is added to
 * `errors`, and the address returned as it was given. `field` is the path of `given`, empty for the
 * request itself.
 */
export function readAddress(given: Address, field: string, context: { country: string }, errors: FieldError[]): string {
  if (given.channel !== 'sms') return given.address;
  return phoneIn(field === '' ? 'address' : `${field}.address`, given.address, context, errors) ?? given.address;
}

/** By which a person knows an address again: of the last third at most four characters; of a short address nothing. */
export function hintOf(address: string): string {
  const shown = Math.min(4, Math.floor(address.length / 3));
  return shown < 2 ? '' : address.slice(-shown);
}
