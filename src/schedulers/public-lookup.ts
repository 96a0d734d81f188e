import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from '../common/special-addresses.js';

/** A name leads, among others perhaps, to an address that is not of the public internet. */
class NotPublicError extends Error {
  /** In the words of `request-filtering-agent`, so that both read as one refusal. */
  constructor(hostname: string) {
    super(`DNS lookup of ${hostname} is not allowed: not all of its addresses are public.`);
    this.name = 'NotPublicError';
  }
}

/** `lookup`, or the system's: but an answer with one address that is not public is refused whole. */
export function onlyPublic(lookup: LookupFunction | undefined): LookupFunction {
  return (hostname, options, callback) => {
    (lookup ?? dns.lookup)(hostname, options, (error, found, family) => {
      if (error || addressesOf(found).every(isPublicAddress)) callback(error, found, family);
      else callback(new NotPublicError(hostname), '', 0);
    });
  };
}

function addressesOf(found: Parameters<Parameters<LookupFunction>[2]>[1]): string[] {
  return typeof found === 'string' ? [found] : found.map(({ address }) => address);
}
