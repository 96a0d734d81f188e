import type { UpstreamCalendar } from '../schedulers/scheduler.js';
import { keptWithVersion, listDigest, ofVersion } from './same-list-rules.js';

describe('the entity tag of the list', () => {
  it.each(['"abc"', 'W/"a b c"', '""'])('is sent as it came while the settings are the same: %s', etag => {
    expect(ofVersion(keptWithVersion(etag, 7), 7)).toBe(etag);
  });

  it('is not sent after a change of the settings', () => {
    expect(ofVersion(keptWithVersion('"abc"', 7), 8)).toBeNull();
  });

  it.each([null, keptWithVersion(null, 7), '', '"abc"', '7'])('is not sent where none is kept: %s', kept => {
    expect(ofVersion(kept, 7)).toBeNull();
  });
});

describe('the digest of the list', () => {
  const type = { externalId: 't', name: 'Consultation', durationMinutes: 30 };
  const calendar: UpstreamCalendar = {
    externalId: 'a',
    name: 'Dr. A',
    description: null,
    timezone: 'Asia/Manila',
    appointmentTypes: [type],
  };
  const other: UpstreamCalendar = { ...calendar, externalId: 'b' };

  it('is the same for a list that says the same', () => {
    expect(listDigest([structuredClone(calendar), other])).toBe(listDigest([calendar, other]));
  });

  it.each<[string, UpstreamCalendar[]]>([
    ['none', []],
    ['one less', [calendar]],
    ['another order', [other, calendar]],
    ['an id', [{ ...calendar, externalId: 'c' }, other]],
    ['a name', [{ ...calendar, name: 'Dr. B' }, other]],
    ['a description', [{ ...calendar, description: '' }, other]],
    ['a zone', [{ ...calendar, timezone: null }, other]],
    ['no type', [{ ...calendar, appointmentTypes: [] }, other]],
    ["a type's id", [{ ...calendar, appointmentTypes: [{ ...type, externalId: 'u' }] }, other]],
    ["a type's name", [{ ...calendar, appointmentTypes: [{ ...type, name: 'Surgery' }] }, other]],
    ["a type's duration", [{ ...calendar, appointmentTypes: [{ ...type, durationMinutes: null }] }, other]],
  ])('is another with %s', (_what, listed) => {
    expect(listDigest(listed)).not.toBe(listDigest([calendar, other]));
  });
});
