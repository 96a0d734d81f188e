import { aFacility } from '../support/factories.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { TestClock } from '../support/test-clock.js';

const PHONE = '0917 123 4567';
const E164 = '+639171234567';

let hub: TestHub;
let facilityId: string;
const clock = new TestClock('2026-03-09T20:00:00Z');

beforeAll(async () => {
  hub = await startHub({ clock });
});
afterAll(() => hub.close());

beforeEach(async () => {
  facilityId = await aHospital();
});

async function aHospital(overrides: Record<string, unknown> = {}): Promise<string> {
  const answer = await hub.call('POST', '/facilities', aFacility(overrides));
  expect(answer.status).toBe(201);
  return answer.body.id;
}

async function aKeyFor(id: string): Promise<{ authorization: string }> {
  const answer = await hub.call('POST', '/api-keys', { name: 'Platform', scopes: ['write'], facilityIds: [id] });
  return { authorization: `Bearer ${answer.body.key}` };
}

function put(contact: Record<string, unknown>, at = facilityId): Promise<Answer> {
  return hub.call('PUT', `/facilities/${at}/contacts`, { name: 'Maria Santos', ...contact });
}

function search(criteria: Record<string, unknown>, query = ''): Promise<Answer> {
  return hub.call('POST', `/facilities/${facilityId}/contacts/search${query}`, criteria);
}

async function reviewReasonOf(id: string): Promise<unknown> {
  const [row] = await hub.sql('select needs_review, review_reason from contact where id = $1', [id]);
  return row?.['needs_review'] === true ? row['review_reason'] : null;
}

describe('PUT contacts', () => {
  it('creates a contact, and answers what it knows', async () => {
    const answer = await put({
      name: '  Maria   Santos ',
      dateOfBirth: '1990-04-23',
      phone: PHONE,
      email: ' Maria.Santos@Example.org',
      gender: 'female',
      nationalId: '1234-5678-9012',
      patientId: 'P-1',
      temporaryPatientId: 'T-1',
      locale: 'fil-ph',
      channels: [
        { channel: 'sms', address: PHONE },
        { channel: 'messenger', address: '24567890123', primary: true },
      ],
    });

    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.any(String),
      facilityId,
      name: 'Maria Santos',
      dateOfBirth: '1990-04-23',
      phone: E164,
      rawPhone: PHONE,
      email: 'Maria.Santos@Example.org',
      gender: 'female',
      nationalId: '1234-5678-9012',
      patientId: 'P-1',
      temporaryPatientId: 'T-1',
      locale: 'fil-PH',
      channels: [
        { channel: 'messenger', address: '24567890123', primary: true },
        { channel: 'sms', address: E164, primary: false },
      ],
      erasedAt: null,
      createdAt: '2026-03-10T04:00:00+08:00',
      updatedAt: '2026-03-10T04:00:00+08:00',
    });
    expect((await hub.call('GET', `/contacts/${answer.body.id}`)).body).toEqual(answer.body);
  });

  it('knows nothing but the name where nothing else is said', async () => {
    const answer = await put({});

    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      dateOfBirth: null,
      phone: null,
      rawPhone: null,
      email: null,
      gender: null,
      nationalId: null,
      patientId: null,
      temporaryPatientId: null,
    });
    expect(answer.body).toMatchObject({ locale: null, channels: [] });
  });

  it('finds the one who is meant, leaves what is absent, and clears what is null', async () => {
    const first = await put({
      phone: PHONE,
      dateOfBirth: '1990-04-23',
      email: 'a@example.org',
      gender: 'female',
      channels: [{ channel: 'viber', address: 'v-1' }],
    });

    const second = await put({
      name: 'SANTOS, Maria',
      phone: '+63 917 123 4567',
      dateOfBirth: '1990-04-23',
      email: null,
      channels: null,
      patientId: 'P-1',
    });

    expect(second.status).toBe(200);
    expect(second.body).toMatchObject({
      id: first.body.id,
      name: 'SANTOS, Maria',
      rawPhone: '+63 917 123 4567',
      email: null,
      gender: 'female',
      patientId: 'P-1',
      channels: [],
    });
  });

  it('answers the same contact to the same request, and does not touch it', async () => {
    const contact = {
      phone: PHONE,
      dateOfBirth: '1990-04-23',
      patientId: 'P-1',
      temporaryPatientId: 'T-1',
      channels: [{ channel: 'sms', address: PHONE, primary: true }],
    };
    const first = await put(contact);
    clock.advance(60_000);

    const second = await put(contact);

    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
  });

  it('keeps a family on one phone apart', async () => {
    const family = [
      await put({ name: 'Maria Santos', phone: PHONE, channels: [{ channel: 'sms', address: PHONE, primary: true }] }),
      await put({ name: 'Jose Santos', phone: PHONE, channels: [{ channel: 'sms', address: PHONE, primary: true }] }),
      await put({ name: 'Ana Santos', phone: PHONE, dateOfBirth: '2019-01-01' }),
    ];

    expect(family.map(member => member.status)).toEqual([201, 201, 201]);
    expect((await put({ name: 'Jose Santos', phone: PHONE })).body.id).toBe(family[1]?.body.id);
    expect(await hub.sql('select 1 from channel_address where facility_id = $1', [facilityId])).toHaveLength(1);
    expect(await hub.sql('select 1 from contact_channel where facility_id = $1', [facilityId])).toHaveLength(2);
  });

  it('keeps twins apart', async () => {
    const maria = await put({ name: 'Maria Ana Santos', phone: PHONE, dateOfBirth: '2015-01-01' });
    const again = await put({ name: 'Maria Santos', phone: PHONE, dateOfBirth: '2015-01-01' });
    const elena = await put({ name: 'Maria Elena Santos', phone: PHONE, dateOfBirth: '2015-01-01' });

    expect(again.body).toMatchObject({ id: maria.body.id, name: 'Maria Ana Santos' });
    expect(elena.status).toBe(201);
  });

  it('keeps namesakes apart', async () => {
    const one = await put({ phone: PHONE, dateOfBirth: '1960-01-01' });
    const other = await put({ phone: PHONE, dateOfBirth: '1990-01-01' });
    const elsewhere = await put({ phone: '0918 111 2222', dateOfBirth: '1960-01-01' });
    const unclear = await put({ phone: PHONE });
    const unclearAgain = await put({ phone: PHONE });

    expect([one, other, elsewhere, unclear, unclearAgain].map(answer => answer.status)).toEqual([201, 201, 201, 201, 200]);
    expect(unclearAgain.body.id).toBe(unclear.body.id);
  });

  it('takes no placeholder for a national id', async () => {
    await put({ nationalId: 'N/A' });

    expect((await put({ nationalId: 'N/A' })).status).toBe(201);
    expect((await search({ nationalId: 'n/a' })).body.data).toEqual([]);
  });

  it('finds a national id however it is spelled', async () => {
    const first = await put({ nationalId: 's1234-567 d' });

    expect((await put({ nationalId: 'S1234567D' })).body.id).toBe(first.body.id);
  });

  it('links by a patient id, overwrites nothing, and asks for review where the rest differs', async () => {
    const first = await put({ patientId: 'P-1', dateOfBirth: '1990-04-23', phone: PHONE });

    const second = await put({ name: 'Juan Cruz', patientId: 'P-1', dateOfBirth: '1970-01-01', phone: '0918 111 2222', gender: 'male' });

    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
    expect(await reviewReasonOf(first.body.id)).toBe('date-of-birth-differs');
  });

  it('leaves an id with the contact that has it, and asks for review', async () => {
    const known = await put({ temporaryPatientId: 'T-1', patientId: 'P-1' });

    const other = await put({ temporaryPatientId: 'T-1', patientId: 'P-2' });

    expect(other.status).toBe(201);
    expect(other.body).toMatchObject({ patientId: 'P-2', temporaryPatientId: null });
    expect(await reviewReasonOf(other.body.id)).toBe('identity-belongs-to-another-contact');
    expect(await reviewReasonOf(known.body.id)).toBeNull();
  });

  it('shows the latest of several temporary ids, and finds by each', async () => {
    const { body } = await put({ phone: PHONE, temporaryPatientId: 'T-1' });
    clock.advance(1_000);

    expect((await put({ phone: PHONE, temporaryPatientId: 'T-2' })).body).toMatchObject({ id: body.id, temporaryPatientId: 'T-2' });
    clock.advance(1_000);
    expect((await put({ temporaryPatientId: 'T-1' })).body).toMatchObject({ id: body.id, temporaryPatientId: 'T-1' });
    expect((await search({ temporaryPatientId: 'T-2' })).body.data).toHaveLength(1);
  });

  it('makes one contact of 20 requests at once', async () => {
    const channels = [{ channel: 'sms', address: PHONE, primary: true }];

    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        put({ phone: PHONE, dateOfBirth: '1990-04-23', patientId: 'P-1', nationalId: 'AB123456', channels }),
      ),
    );

    expect(answers.map(answer => answer.status).sort()).toEqual([...Array.from({ length: 19 }, () => 200), 201]);
    expect(new Set(answers.map(answer => answer.body.id)).size).toBe(1);
    expect(await hub.sql('select 1 from contact where facility_id = $1', [facilityId])).toHaveLength(1);
  });

  it('makes one contact of each of 10 who come twice at once over shared keys', async () => {
    const people = Array.from({ length: 10 }, (_, n) => ({
      name: `Person${n} Santos`,
      phone: PHONE,
      patientId: `P-${n}`,
      temporaryPatientId: `T-${9 - n}`,
    }));

    const answers = await Promise.all([...people, ...people].map(person => put(person)));

    expect(answers.filter(answer => answer.status === 201)).toHaveLength(10);
    expect(answers.filter(answer => answer.status === 200)).toHaveLength(10);
  });

  it('knows nobody of another facility', async () => {
    const first = await put({ phone: PHONE, patientId: 'P-1', nationalId: 'AB123456' });
    const elsewhere = await put({ phone: PHONE, patientId: 'P-1', nationalId: 'AB123456' }, await aHospital());

    expect(elsewhere.status).toBe(201);
    expect(elsewhere.body.id).not.toBe(first.body.id);
  });
});

describe('what is refused', () => {
  it.each([
    ['0917', 'phone is too short: a number of PH looks like +63 905 123 4567.'],
    ['0917 123 4567 8901', 'phone is too long: a number of PH looks like +63 905 123 4567.'],
    ['ask my wife', 'phone is not a phone number: a number of PH looks like +63 905 123 4567.'],
    [
      '+999 123 456 789',
      'phone begins with a country code that does not exist, or has none where one is needed: a number of PH looks like +63 905 123 4567.',
    ],
  ])('the phone %j, with what would be right', async (phone, message) => {
    const answer = await put({ phone });

    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'validation-failed', errors: [{ field: 'phone', code: 'invalid-phone', message }] });
    expect(JSON.stringify(answer.body)).not.toContain(phone);
  });

  it('every wrong field at once', async () => {
    const answer = await put({
      dateOfBirth: '2026-03-11',
      phone: '0917',
      channels: [
        { channel: 'sms', address: '12', primary: true },
        { channel: 'viber', address: 'v', primary: true },
        { channel: 'viber', address: 'v' },
      ],
    });

    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((e: { field: string; code: string }) => `${e.field} ${e.code}`)).toEqual([
      'dateOfBirth date-of-birth-in-future',
      'phone invalid-phone',
      'channels.0.address invalid-phone',
      'channels.1.primary second-primary',
      'channels.2.address duplicate-channel',
    ]);
  });

  it.each([
    ['name', { name: ' ' }, 'is-length'],
    ['name', { name: null }, 'is-string'],
    ['name', { name: 'x'.repeat(201) }, 'is-length'],
    ['dateOfBirth', { dateOfBirth: '1990-02-30' }, 'date-only'],
    ['dateOfBirth', { dateOfBirth: '23/04/1990' }, 'date-only'],
    ['dateOfBirth', { dateOfBirth: '1899-12-31' }, 'date-of-birth-too-early'],
    ['email', { email: 'maria@' }, 'is-email'],
    ['gender', { gender: 'F' }, 'is-in'],
    ['nationalId', { nationalId: '---' }, 'matches'],
    ['nationalId', { nationalId: '1'.repeat(65) }, 'matches'],
    ['patientId', { patientId: '' }, 'matches'],
    ['patientId', { patientId: 'P\n1' }, 'matches'],
    ['temporaryPatientId', { temporaryPatientId: 'T'.repeat(201) }, 'matches'],
    ['locale', { locale: 'not a locale' }, 'locale'],
    ['phone', { phone: 639171234567 }, 'is-string'],
    ['channels.0.channel', { channels: [{ channel: 'fax', address: '1' }] }, 'is-in'],
    ['channels.0.address', { channels: [{ channel: 'viber', address: ' ' }] }, 'matches'],
    ['channels.0.to', { channels: [{ channel: 'viber', address: '1', to: 1 }] }, 'unknown-field'],
    ['birthday', { birthday: '1990-01-01' }, 'unknown-field'],
  ])('%s: %j', async (field, contact, code) => {
    const answer = await put(contact);

    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ field, code }]);
  });

  it('takes a birth of today at the facility', async () => {
    clock.set('2026-03-09T20:00:00Z');

    expect((await put({ dateOfBirth: '2026-03-10' })).status).toBe(201);
  });

  it.each(['/contacts/none', '/contacts/01999c5e-0000-7000-8000-000000000001'])('GET %s, of which there is none', async path => {
    expect((await hub.call('GET', path)).status).toBe(404);
  });

  it("another facility's contact, like one that does not exist", async () => {
    const { body } = await put({ phone: PHONE });
    const headers = await aKeyFor(await aHospital());

    const answers = [
      await hub.call('GET', `/contacts/${body.id}`, undefined, headers),
      await hub.call('PATCH', `/contacts/${body.id}`, { gender: 'male' }, headers),
      await hub.call('PUT', `/facilities/${facilityId}/contacts`, { name: 'Maria Santos', phone: PHONE }, headers),
      await hub.call('POST', `/facilities/${facilityId}/contacts/search`, { phone: PHONE }, headers),
    ];

    expect(answers.map(answer => answer.status)).toEqual([404, 404, 404, 404]);
    expect(answers[0]?.body.code).toBe('contact-not-found');
    expect((await hub.call('GET', `/contacts/${body.id}`)).body).toEqual(body);
  });
});

describe('PATCH contacts', () => {
  it('changes exactly what is given', async () => {
    const { body } = await put({ phone: PHONE, dateOfBirth: '1990-04-23', email: 'a@example.org', patientId: 'P-1' });
    clock.advance(60_000);

    const answer = await hub.call('PATCH', `/contacts/${body.id}`, {
      name: 'Maria Reyes',
      dateOfBirth: '1990-04-24',
      phone: null,
      patientId: 'P-2',
      channels: [{ channel: 'viber', address: 'v' }],
    });

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...body,
      name: 'Maria Reyes',
      dateOfBirth: '1990-04-24',
      phone: null,
      rawPhone: null,
      patientId: 'P-2',
      channels: [{ channel: 'viber', address: 'v', primary: false }],
      updatedAt: '2026-03-10T04:01:00+08:00',
    });
    expect((await search({ phone: PHONE, patientId: 'P-2' })).body.data).toEqual([]);
    expect((await search({ patientId: 'P-1' })).body.data).toEqual([]);
  });

  it('clears with null', async () => {
    const { body } = await put({
      patientId: 'P-1',
      temporaryPatientId: 'T-1',
      gender: 'other',
      locale: 'en',
      nationalId: 'AB123456',
      channels: [{ channel: 'viber', address: 'v' }],
    });

    const answer = await hub.call('PATCH', `/contacts/${body.id}`, {
      patientId: null,
      temporaryPatientId: null,
      gender: null,
      locale: null,
      nationalId: null,
      channels: null,
    });

    expect(answer.body).toMatchObject({
      patientId: null,
      temporaryPatientId: null,
      gender: null,
      locale: null,
      nationalId: null,
      channels: [],
    });
  });

  it.each(['patientId', 'temporaryPatientId'])('refuses a %s of another contact, and changes nothing', async field => {
    await put({ [field]: 'X-1' });
    const { body } = await put({ phone: PHONE });

    const answer = await hub.call('PATCH', `/contacts/${body.id}`, {
      [field]: 'X-1',
      name: 'Other Name',
      channels: [{ channel: 'viber', address: 'v' }],
    });

    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'identity-taken', errors: [{ field, code: 'identity-taken' }] });
    expect((await hub.call('GET', `/contacts/${body.id}`)).body).toEqual(body);
  });

  it('loses nothing of 10 changes at once', async () => {
    const { body } = await put({});
    const changes = [
      { gender: 'male' },
      { email: 'a@example.org' },
      { phone: PHONE },
      { nationalId: 'AB123456' },
      { locale: 'en' },
      { patientId: 'P-1' },
      { temporaryPatientId: 'T-1' },
      { dateOfBirth: '1990-01-01' },
      { name: 'New Name' },
      { channels: [{ channel: 'viber', address: 'v' }] },
    ];

    const answers = await Promise.all(changes.map(change => hub.call('PATCH', `/contacts/${body.id}`, change)));

    expect(answers.map(answer => answer.status)).toEqual(changes.map(() => 200));
    expect((await hub.call('GET', `/contacts/${body.id}`)).body).toMatchObject({
      gender: 'male',
      email: 'a@example.org',
      phone: E164,
      nationalId: 'AB123456',
      locale: 'en',
      patientId: 'P-1',
      temporaryPatientId: 'T-1',
      dateOfBirth: '1990-01-01',
      name: 'New Name',
    });
  });
});

describe('POST contacts/search', () => {
  it.each([
    ['phone', { phone: '+63 917 1234567' }],
    ['email', { email: 'MARIA@example.org' }],
    ['nationalId', { nationalId: 'ab 123456' }],
    ['patientId', { patientId: 'P-1' }],
    ['temporaryPatientId', { temporaryPatientId: 'T-1' }],
    ['name with one of them', { name: 'santos', phone: PHONE }],
    [
      'all of them',
      { name: 'maria', phone: PHONE, email: 'maria@example.org', nationalId: 'AB123456', patientId: 'P-1', temporaryPatientId: 'T-1' },
    ],
  ])('finds by %s', async (_, criteria) => {
    const { body } = await put({
      phone: PHONE,
      email: 'Maria@example.org',
      nationalId: 'AB-123456',
      patientId: 'P-1',
      temporaryPatientId: 'T-1',
    });
    await put({
      name: 'Jose Cruz',
      phone: '0918 111 2222',
      email: 'jose@example.org',
      nationalId: 'AB-654321',
      patientId: 'P-2',
      temporaryPatientId: 'T-2',
    });

    const answer = await search(criteria);

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ data: [body], nextCursor: null });
  });

  it('finds nobody who fits only a part', async () => {
    await put({ phone: PHONE, patientId: 'P-1' });

    expect((await search({ phone: PHONE, patientId: 'P-2' })).body.data).toEqual([]);
    expect((await search({ phone: PHONE, name: 'Jose' })).body.data).toEqual([]);
  });

  it('answers page by page, newest first', async () => {
    const ids: string[] = [];
    for (const name of ['Ana Santos', 'Ben Santos', 'Carla Santos', 'Dina Reyes', 'Eva Santos']) {
      clock.advance(1_000);
      ids.unshift((await put({ name, phone: PHONE })).body.id);
    }

    const first = await search({ phone: PHONE, name: 'Santos' }, '?limit=3');
    const second = await search({ phone: PHONE, name: 'Santos' }, `?limit=3&cursor=${first.body.nextCursor}`);

    expect(first.body.data.map((c: { id: string }) => c.id)).toEqual([ids[0], ids[2], ids[3]]);
    expect(second.body.data.map((c: { id: string }) => c.id)).toEqual([ids[4]]);
    expect(second.body.nextCursor).toBeNull();
  });

  it.each([
    ['nothing', {}, 'search-criterion-missing'],
    ['a name alone', { name: 'Maria' }, 'search-criterion-missing'],
    ['null', { phone: null }, 'validation-failed'],
    ['a wrong phone', { phone: '0917' }, 'validation-failed'],
    ['an unknown field', { id: '1' }, 'validation-failed'],
  ])('refuses %s', async (_, criteria, code) => {
    const answer = await search(criteria);

    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe(code);
  });
});

describe('what stands in the database', () => {
  it('holds nothing of the patient in plain', async () => {
    const planted = {
      name: 'Plantedname Santosinvented',
      dateOfBirth: '1987-11-29',
      email: 'planted.mail@example.org',
      nationalId: 'PLANTED-887766',
      phone: '0917 555 4433',
    };
    await put({
      ...planted,
      gender: 'other',
      channels: [
        { channel: 'viber', address: 'planted-viber-address' },
        { channel: 'sms', address: '0918 777 6655' },
      ],
    });

    const dump = await dumpOfAllTables();

    expect(dump).toContain(facilityId);
    const needles = [
      ...Object.values(planted),
      'Plantedname',
      'Santosinvented',
      '9175554433',
      '9187776655',
      '887766',
      'planted-viber-address',
      '19871129',
    ];
    expect(needles.filter(needle => dump.toLowerCase().includes(needle.toLowerCase()))).toEqual([]);
  });

  it('has another blind index for the same person in another facility', async () => {
    const other = await aHospital();
    const person = { phone: PHONE, email: 'a@example.org', nationalId: 'AB123456', channels: [{ channel: 'sms', address: PHONE }] };
    await put(person);
    await put(person, other);

    const [here] = await indexesOf(facilityId);
    const [there] = await indexesOf(other);

    expect(Object.keys(here ?? {})).toHaveLength(4);
    expect(Object.entries(here ?? {}).filter(([column, index]) => index === null || index === there?.[column])).toEqual([]);
  });
});

function indexesOf(id: string): Promise<Record<string, unknown>[]> {
  return hub.sql(
    `select c.phone_index, c.email_index, c.national_id_index, a.address_index from contact c
     join contact_channel l on l.contact_id = c.id join channel_address a on a.id = l.channel_address_id where c.facility_id = $1`,
    [id],
  );
}

async function dumpOfAllTables(): Promise<string> {
  const tables = await hub.sql<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const texts: string[] = [];
  for (const { name } of tables) texts.push(...(await hub.sql<{ row: string }>(`select t::text as row from ${name} t`)).map(r => r.row));
  return texts.join('\n');
}
