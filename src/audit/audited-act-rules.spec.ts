import { patientsIn, subjectOf } from './audited-act-rules.js';

const F = '00000000-0000-7000-8000-00000000000f';
const G = '00000000-0000-7000-8000-0000000000ff';
const A = '00000000-0000-7000-8000-00000000000a';
const B = '00000000-0000-7000-8000-00000000000b';

describe('subjectOf', () => {
  it.each([
    [{ facilityId: F, calendarId: A }, A],
    [{ facilityId: F }, F],
    [{ id: A }, A],
    [{ contactId: A.toUpperCase() }, A],
    [{ id: 'planted-name' }, null],
    [{}, null],
  ])('%j is about %s', (params, subject) => {
    expect(subjectOf(params)).toBe(subject);
  });
});

describe('patientsIn', () => {
  it.each<[string, unknown, string | null, boolean, unknown]>([
    ['a contact', { id: A, facilityId: F }, null, true, [{ facilityId: F, contactIds: [A] }]],
    ['an appointment', { id: A, contactId: B, facilityId: F }, null, false, [{ facilityId: F, contactIds: [B] }]],
    ['a page', { data: [{ contactId: A }, { contactId: B }, { contactId: A }] }, F, false, [{ facilityId: F, contactIds: [A, B] }]],
    [
      'a page of two facilities',
      {
        data: [
          { contactId: A, facilityId: F },
          { contactId: B, facilityId: G },
        ],
      },
      null,
      false,
      [
        { facilityId: F, contactIds: [A] },
        { facilityId: G, contactIds: [B] },
      ],
    ],
    ['an empty page', { data: [] }, F, false, [{ facilityId: F, contactIds: [] }]],
    ['an empty page of nobody', { data: [] }, null, false, []],
    ['no patient', { id: A, status: 'running' }, F, false, [{ facilityId: F, contactIds: [] }]],
    ['text', 'metrics', F, false, [{ facilityId: F, contactIds: [] }]],
    ['nothing', undefined, null, false, []],
    ['an id that is none', { contactId: 'planted-name', facilityId: F }, null, false, [{ facilityId: F, contactIds: [] }]],
  ])('%s', (_what, answer, facilityId, areContacts, expected) => {
    expect(patientsIn(answer, facilityId, areContacts)).toEqual(expected);
  });
});
