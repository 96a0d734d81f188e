import { acrossFacilities } from '../../src/database/facility-scope.js';
import { MessageTextService } from '../../src/notifications/texts/message-text.service.js';
import type { MessageFacts } from '../../src/notifications/texts/message-facts.js';
import { FacilitiesService } from '../../src/facilities/facilities.service.js';
import { eventually } from '../support/eventually.js';
import { startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { createFacility } from '../support/factories.js';
import { startHub, type TestHub } from '../support/hub.js';

const FACTS: MessageFacts = {
  facility: 'Test General Hospital',
  calendar: 'Dr. Testa Inventada',
  appointmentType: 'Consultation',
  start: new Date('2026-03-09T07:05:00Z'),
  zone: 'Asia/Manila',
  phone: null,
  change: 'chat',
};

describe('The texts of messages', () => {
  let hub: TestHub;
  let hospital: FakeHospital;

  beforeAll(async () => {
    hospital = await startFakeHospital();
    hub = await startHub({ config: { upstreamAllowedHosts: [hospital.host] } });
  });
  afterAll(async () => {
    await hub.close();
    await hospital.close();
  });

  const pathOf = (facilityId: string): string => `/facilities/${facilityId}/notification-templates`;
  const aTemplate = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
    kind: 'booked',
    locale: 'en',
    medium: 'sms',
    text: '{facility} expects you{hasTime, select, yes { on {date}, {time}} other { soon}}.',
    ...change,
  });

  /** What a message would say. */
  async function sent(
    copy: TestHub,
    facilityId: string,
    wanted: string | null,
    facts = FACTS,
  ): Promise<{ text: string; isBuiltIn: boolean; locale: string }> {
    const facility = await acrossFacilities(() => copy.app.get(FacilitiesService, { strict: false }).find(facilityId));
    if (!facility) throw new Error('The facility is not there');
    return acrossFacilities(() => copy.app.get(MessageTextService, { strict: false }).textFor(facility, 'booked', 'sms', [wanted], facts));
  }

  it('are the hub’s own at first, each with a preview in the zone of the facility', async () => {
    const id = await createFacility(hub, hospital, { timezone: 'America/New_York' });

    const { status, body } = await hub.call('GET', pathOf(id));

    expect(status).toBe(200);
    expect(body.data).toHaveLength(60);
    const booked = (body.data as Record<string, unknown>[]).find(t => t.kind === 'booked' && t.locale === 'vi' && t.medium === 'sms');
    expect(booked).toEqual({
      kind: 'booked',
      locale: 'vi',
      medium: 'sms',
      text: expect.stringContaining('{facility}'),
      isBuiltIn: true,
      preview: expect.stringMatching(/^Test General Hospital: .* 14:30, Thứ Tư, 29 tháng 9, 2027/),
      segments: 2,
    });
  });

  it('are listed by kind, medium and the language of whoever reads them', async () => {
    const id = await createFacility(hub, hospital);

    const { body } = await hub.call('GET', `${pathOf(id)}?kind=reminder&medium=chat&locale=zh-SG`);

    expect(body.data).toEqual([expect.objectContaining({ kind: 'reminder', medium: 'chat', locale: 'zh-Hans', segments: null })]);
  });

  it('can be replaced, and put back', async () => {
    const id = await createFacility(hub, hospital);

    const put = await hub.call('PUT', pathOf(id), aTemplate());
    const listed = await hub.call('GET', `${pathOf(id)}?kind=booked&medium=sms&locale=en-PH`);
    const own = await sent(hub, id, 'en-PH');
    const back = await hub.call('PUT', pathOf(id), aTemplate({ text: null }));
    const builtIn = await sent(hub, id, 'en-PH');

    expect(put).toMatchObject({ status: 200, body: { ...aTemplate(), isBuiltIn: false, segments: 1 } });
    expect(put.body.preview).toBe('Test General Hospital expects you on Wednesday, September 29, 2027, 2:30 PM.');
    expect(listed.body.data).toEqual([put.body]);
    expect(own).toMatchObject({ text: 'Test General Hospital expects you on Monday, March 9, 2026, 3:05 PM.', isBuiltIn: false });
    expect(back).toMatchObject({ status: 200, body: { locale: 'en', isBuiltIn: true } });
    expect(builtIn.isBuiltIn).toBe(true);
  });

  it('are one for each kind, language and medium, the last that was set', async () => {
    const id = await createFacility(hub, hospital);

    await Promise.all([1, 2, 3].map(i => hub.call('PUT', pathOf(id), aTemplate({ text: `At once ${String(i)}` }))));
    await hub.call('PUT', pathOf(id), aTemplate({ text: 'The last' }));

    const rows = await hub.sql<{ text: string }>('select text from notification_template where facility_id = $1', [id]);
    expect(rows).toEqual([{ text: 'The last' }]);
  });

  it('may be in a language the hub has no texts in', async () => {
    const id = await createFacility(hub, hospital);

    const put = await hub.call('PUT', pathOf(id), aTemplate({ locale: 'th-th', text: 'นัดหมายที่ {facility}' }));
    const own = await sent(hub, id, 'th');
    const back = await hub.call('PUT', pathOf(id), aTemplate({ locale: 'th-TH', text: null }));

    expect(put.body).toMatchObject({ locale: 'th-TH', preview: 'นัดหมายที่ Test General Hospital', segments: 1 });
    expect(own).toMatchObject({ locale: 'th-TH', text: 'นัดหมายที่ Test General Hospital' });
    expect(back.body).toMatchObject({ locale: 'en', isBuiltIn: true });
  });

  it('of one facility are not another’s', async () => {
    const [one, other] = [await createFacility(hub, hospital), await createFacility(hub, hospital)];

    await hub.call('PUT', pathOf(one), aTemplate());

    expect((await sent(hub, other, 'en')).isBuiltIn).toBe(true);
  });

  it('change in every copy of the hub', async () => {
    const id = await createFacility(hub, hospital);
    const copy = await startHub({ besides: hub });
    try {
      await sent(copy, id, 'en');
      await hub.call('PUT', pathOf(id), aTemplate({ text: 'New' }));

      expect(await eventually('the copy has the new text', async () => (await sent(copy, id, 'en')).text === 'New')).toBe(true);
    } finally {
      await copy.close();
    }
  });

  it('are the hub’s where the facility’s own cannot be made', async () => {
    const id = await createFacility(hub, hospital);
    await hub.call('PUT', pathOf(id), aTemplate({ text: 'Let in' }));
    // As if the rules had been laxer when it was let in.
    await hub.sql("update notification_template set text = '{calendar} at {phone}' where facility_id = $1", [id]);
    const later = await startHub({ besides: hub });

    const made = await sent(later, id, 'en');
    const { body } = await hub.call('GET', `${pathOf(id)}?kind=booked&medium=sms&locale=en`);
    await later.close();

    expect(made.isBuiltIn).toBe(true);
    expect(made.text).not.toContain('Inventada');
    expect(body.data).toEqual([expect.objectContaining({ isBuiltIn: false, preview: null, segments: null })]);
  });

  it('are the hub’s where the facility’s own is too long with a real name', async () => {
    const id = await createFacility(hub, hospital);
    expect((await hub.call('PUT', pathOf(id), aTemplate({ text: '{facility} '.repeat(40) }))).status).toBe(200);

    expect((await sent(hub, id, 'en', { ...FACTS, facility: 'Test' })).isBuiltIn).toBe(false);
    expect((await sent(hub, id, 'en', { ...FACTS, facility: 'Test '.repeat(40) })).isBuiltIn).toBe(true);
  });

  it('are two hundred of a facility’s own at most', async () => {
    const id = await createFacility(hub, hospital);
    await hub.sql(
      `insert into notification_template (id, facility_id, kind, locale, medium, text, created_at, updated_at)
       select gen_random_uuid(), $1, 'booked', 'en-' || n, 'chat', 'Test', now(), now() from generate_series(1, 200) n`,
      [id],
    );

    const { status, body } = await hub.call('PUT', pathOf(id), aTemplate());

    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ field: 'text', code: 'too-many-texts' }] });
    expect((await sent(hub, id, 'en')).isBuiltIn).toBe(true);
  });

  describe('refuse', () => {
    it.each([
      ['a fault of form, and say where', { text: 'Hi {facility' }, 'text', 'syntax', /line 1, column 4/],
      [
        'an unknown variable, and say what is known',
        { text: '{name}' },
        'text',
        'unknown-variable',
        /\{name\}.*facility, date, time, phone/,
      ],
      ['a skeleton of a date that there is not', { text: '{date, date, ::YYYY}' }, 'text', 'syntax', /skeleton/],
      ['the calendar in an SMS', { text: '{calendar}' }, 'text', 'not-in-sms', /\{calendar\}/],
      ['what is not always there', { text: '{phone}' }, 'text', 'needs-a-choice', /hasPhone/],
      ['eleven SMS', { text: 'a'.repeat(1_531) }, 'text', 'too-long', /10 SMS/],
      ['2,001 characters', { text: 'a'.repeat(2_001) }, 'text', 'is-length', /2000/],
      ['no text', { text: undefined }, 'text', 'is-string', /text/],
      ['a text of no letters', { text: '' }, 'text', 'is-length', /text/],
      ['an unknown kind', { kind: 'birthday' }, 'kind', 'is-in', /kind/],
      ['an unknown medium', { medium: 'fax' }, 'medium', 'is-in', /medium/],
      ['what is no language tag', { locale: 'en_US' }, 'locale', 'locale', /locale/],
      ['a language without dates', { locale: 'tlh' }, 'locale', 'locale-unsupported', /locale/],
      ['an unknown field', { colour: 'blue' }, 'colour', 'unknown-field', /colour/],
    ])('%s', async (_, change, field, code, message) => {
      const id = await createFacility(hub, hospital);

      const { status, headers, body } = await hub.call('PUT', pathOf(id), aTemplate(change));

      expect(status).toBe(400);
      expect(headers.get('content-type')).toContain('application/problem+json');
      expect(body).toMatchObject({ code: 'validation-failed', errors: [{ field, code, message: expect.stringMatching(message) }] });
      expect((await sent(hub, id, 'en')).isBuiltIn).toBe(true);
    });

    it('a key that may only read, and a facility that there is not', async () => {
      const id = await createFacility(hub, hospital);
      const made = await hub.call('POST', '/api-keys', { name: 'Test reader', scopes: ['read'] });
      const reader = { authorization: `Bearer ${String(made.body.key)}` };

      expect((await hub.call('GET', pathOf(id), undefined, reader)).status).toBe(200);
      expect((await hub.call('PUT', pathOf(id), aTemplate(), reader)).status).toBe(403);
      expect((await hub.call('GET', pathOf('01999c5e-0000-7000-8000-000000000001'))).status).toBe(404);
      expect((await hub.call('PUT', pathOf('01999c5e-0000-7000-8000-000000000001'), aTemplate())).status).toBe(404);
    });

    it('a facility that is switched off', async () => {
      const id = await createFacility(hub, hospital);
      await hub.call('DELETE', `/facilities/${id}`);

      expect((await hub.call('PUT', pathOf(id), aTemplate())).status).toBe(409);
    });
  });
});
