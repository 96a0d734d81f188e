import { isIPv4, isIPv6 } from 'node:net';

/**
 * Whose address it is, as far as that can be told: an IPv4 address, or the first 64 bits of an IPv6 one, of which one subscriber has
 * 2^64 (RFC 6177). Anything else is one group.
 */
export function addressGroup(address: string | undefined): string {
  const bare = (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (isIPv4(bare)) return bare;
  return isIPv6(bare) ? `${firstHalf(bare)}::/64` : 'unknown';
}

function firstHalf(address: string): string {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after];
  return groups
    .slice(0, 4)
    .map(group => parseInt(group, 16).toString(16))
    .join(':');
}
