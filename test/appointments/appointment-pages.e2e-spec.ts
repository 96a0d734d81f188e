import { MikroORM } from '@mikro-orm/core';
import { EntityManager, type EntityManager as SqlEntityManager } from '@mikro-orm/postgresql';
import { pageOfContactText, pageText, type AppointmentFilter } from '../../src/appointments/appointment-page-text.js';
import { Appointment } from '../../src/appointments/appointment.entity.js';
import { asWorker } from '../../src/database/worker-context.js';
import { RowTable } from '../../src/database/row-table.js';
import { aFacility } from '../support/factories.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';

const NOTHING: AppointmentFilter = {
  contactId: undefined,
  patientId: undefined,
  temporaryPatientId: undefined,
  externalId: undefined,
  status: undefined,
  from: undefined,
  to: undefined,
  needsReview: undefined,
};

let hub: TestHub;
let facilityId: string;

beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());

beforeEach(async () => {
  facilityId = (await hub.call('POST', '/facilities', aFacility())).body.id;
});

async function aContact(ids: Record<string, string> = {}): Promise<string> {
  return (await hub.call('PUT', `/facilities/${facilityId}/contacts`, { name: 'Maria Santos', ...ids })).body.id;
}

async function anAppointment(contactId: string, columns: Record<string, unknown> = {}): Promise<string> {
  const row = {
    start_at: '2026-12-01T01:00:00Z',
    status: 'SCHEDULED',
    patient_id: null,
    external_id: null,
    needs_review: false,
    ...columns,
  };
  const [stored] = await hub.sql<{ id: string }>(
    `insert into appointment (id, facility_id, contact_id, start_at, end_at, status, patient_id, external_id, source, revision, needs_review, created_at, updated_at)
     values (uuidv7(), $1, $2, $3, $3, $4, $5, $6, 'hospital', 1, $7, now(), now()) returning id`,
    [facilityId, contactId, row.start_at, row.status, row.patient_id, row.external_id, row.needs_review],
  );
  return stored?.id ?? '';
}

async function mergeInto(kept: string, merged: string): Promise<void> {
  await hub.sql('update contact set merged_into_id = $1 where id = $2', [kept, merged]);
}

function list(query: string): Promise<Answer> {
  return hub.call('GET', `/facilities/${facilityId}/appointments?${query}`);
}

function idsOf({ body }: Answer): string[] {
  return (body.data as { id: string }[]).map(({ id }) => id);
}

describe('A list of appointments', () => {
  it("is of a patient by the hospital's id, whether it stands on the appointment or on its contact; each once, newest first", async () => {
    const contactId = await aContact({ patientId: 'P-1' });
    const older = await anAppointment(contactId, { patient_id: 'P-1' });
    const onTheContact = await anAppointment(contactId);
    const onItself = await anAppointment(await aContact(), { patient_id: 'P-1' });
    await anAppointment(await aContact({ patientId: 'P-2' }), { patient_id: 'P-2' });

    expect(idsOf(await list('patientId=P-1'))).toEqual([onItself, onTheContact, older]);
    expect(idsOf(await list('patientId=P-3'))).toEqual([]);
  });

  it('is of either of two ids', async () => {
    const permanent = await anAppointment(await aContact({ patientId: 'P-1' }));
    const temporary = await anAppointment(await aContact({ temporaryPatientId: 'T-1' }));

    expect(idsOf(await list('patientId=P-1&temporaryPatientId=T-1'))).toEqual([temporary, permanent]);
    expect(idsOf(await list('temporaryPatientId=T-1'))).toEqual([temporary]);
  });

  it('is of the contact that was kept, by the id of one that was merged into one that was merged', async () => {
    const [kept, second, first] = [await aContact(), await aContact(), await aContact()];
    await mergeInto(kept, second);
    await mergeInto(second, first);
    const id = await anAppointment(kept);

    expect(idsOf(await list(`contactId=${first}`))).toEqual([id]);
    expect(idsOf(await hub.call('GET', `/contacts/${first}/appointments`))).toEqual([id]);
  });

  it('holds what fits all that is asked for', async () => {
    const contactId = await aContact({ patientId: 'P-1' });
    const wanted = await anAppointment(contactId, { external_id: 'A-1', needs_review: true });
    await anAppointment(contactId, { external_id: 'A-2' });
    await anAppointment(contactId, { start_at: '2026-12-02T01:00:00Z', needs_review: true });
    await anAppointment(contactId, { status: 'SHOW', needs_review: true });

    const all = 'patientId=P-1&status=SCHEDULED&needsReview=true&from=2026-12-01T00:00:00Z&to=2026-12-02T00:00:00Z';

    expect(idsOf(await list(all))).toEqual([wanted]);
    expect(idsOf(await list(`contactId=${contactId}&appointmentId=A-1`))).toEqual([wanted]);
    expect(idsOf(await list('needsReview=false&appointmentId=A-1'))).toEqual([]);
  });

  it('goes on where the page before ended', async () => {
    const contactId = await aContact({ patientId: 'P-1' });
    const ids = [await anAppointment(contactId), await anAppointment(contactId), await anAppointment(contactId)].reverse();

    for (const at of [`/contacts/${contactId}/appointments?`, `/facilities/${facilityId}/appointments?patientId=P-1&`]) {
      const first = await hub.call('GET', `${at}limit=2`);
      const second = await hub.call('GET', `${at}limit=2&cursor=${String(first.body.nextCursor)}`);

      expect([idsOf(first), idsOf(second)]).toEqual([ids.slice(0, 2), ids.slice(2)]);
      expect(second.body.nextCursor).toBeNull();
    }
  });

  it('is empty for a contact without appointments, and not found for no contact', async () => {
    const contactId = await aContact();

    expect(idsOf(await hub.call('GET', `/contacts/${contactId}/appointments`))).toEqual([]);
    expect(await hub.call('GET', `/contacts/${facilityId}/appointments`)).toMatchObject({
      status: 404,
      body: { code: 'contact-not-found' },
    });
    expect(idsOf(await list(`contactId=${facilityId}`))).toEqual([]);
  });
});

describe('The way to the rows of a list', () => {
  /** Of a single page's worth of rows every way is as good as any. */
  beforeAll(async () => {
    const id = (await hub.call('POST', '/facilities', aFacility())).body.id;
    await hub.sql(
      `insert into contact (id, facility_id, name_sealed, needs_review, created_at, updated_at, version)
       select md5('c' || n)::uuid, $1, '', false, now(), now(), 1 from generate_series(1, 1000) as n`,
      [id],
    );
    await hub.sql(
      `insert into contact_identity (id, facility_id, contact_id, kind, value, created_at)
       select md5('i' || n)::uuid, $1, md5('c' || n)::uuid, 'patient', 'P-' || n, now() from generate_series(1, 1000) as n`,
      [id],
    );
    await hub.sql(
      `insert into appointment (id, facility_id, contact_id, status, patient_id, source, revision, needs_review, created_at, updated_at)
       select md5('a' || n)::uuid, $1, md5('c' || 1 + n % 1000)::uuid, 'SHOW', 'P-' || 1 + n % 1000, 'hospital', 1, false, now(), now()
       from generate_series(1, 5000) as n`,
      [id],
    );
    for (const table of ['contact', 'contact_identity', 'appointment']) await hub.sql(`analyze ${table}`);
  });

  /** As the hub's own connections plan it, once for all values, by the names of the indexes. */
  async function indexesOf({ text }: { text: string }): Promise<string[]> {
    return asWorker(hub.app.get(EntityManager), async () => {
      const em = hub.app.get(MikroORM).em.fork() as SqlEntityManager;
      const plan = await em.execute<Record<string, string>[]>(`explain (generic_plan) ${text}`);
      return plan.flatMap(row => /(?:using|Index Scan on) (\w+)/.exec(Object.values(row)[0] ?? '')?.[1] ?? []);
    });
  }

  const columns = (): string => RowTable.of(hub.app.get(MikroORM).em as SqlEntityManager, Appointment).columns;
  const page = (filter: Partial<AppointmentFilter>): { text: string } =>
    pageText(columns(), { facilityId, filter: { ...NOTHING, ...filter }, before: null, count: 51 });

  it('leads by the contact, whatever else the facility has', async () => {
    const text = pageOfContactText(columns(), { facilityIds: null, contactId: facilityId, before: null, count: 51 });

    expect(await indexesOf(text)).toContain('appointment_facility_id_contact_id_id_index');
    expect(await indexesOf(page({ contactId: facilityId }))).toContain('appointment_facility_id_contact_id_id_index');
  });

  it("leads by the hospital's id to the contact, and to the appointment", async () => {
    const indexes = await indexesOf(page({ patientId: 'P-1' }));

    expect(indexes).toEqual(
      expect.arrayContaining([
        'contact_identity_facility_id_kind_value_unique',
        'appointment_facility_id_patient_id_index',
        'appointment_facility_id_contact_id_id_index',
      ]),
    );
  });
});
