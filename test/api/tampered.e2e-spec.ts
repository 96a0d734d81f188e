import { startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { createFacility } from '../support/factories.js';
import { startHub, type TestHub } from '../support/hub.js';

const COLUMNS = ['name_sealed', 'phone_sealed', 'email_sealed', 'date_of_birth_sealed', 'national_id_sealed'] as const;
type Column = (typeof COLUMNS)[number];

/** Somebody with a hand in the database, and without the keys. */
describe('A patient whose sealed values were moved or changed in the database', () => {
  let hub: TestHub;
  let hospital: FakeHospital;
  let patient: string;
  let neighbour: string;
  let stranger: string;

  beforeAll(async () => {
    hospital = await startFakeHospital();
    hub = await startHub({ config: { upstreamAllowedHosts: [hospital.host] } });
    const [here, elsewhere] = await Promise.all([createFacility(hub, hospital), createFacility(hub, hospital)]);
    [patient, neighbour, stranger] = [await put(here, 'Una', 1), await put(here, 'Dos', 2), await put(elsewhere, 'Tres', 3)];
  });
  afterAll(async () => {
    await hub.close();
    await hospital.close();
  });

  async function put(facilityId: string, given: string, n: number): Promise<string> {
    const { body } = await hub.call('PUT', `/facilities/${facilityId}/contacts`, {
      name: `${given} Inventada`,
      phone: `0917 000 000${n}`,
      email: `person${n}@example.org`,
      dateOfBirth: `198${n}-01-01`,
      nationalId: `TEST-0000-${n}`,
    });
    return body.id as string;
  }

  const sealed = async (id: string, column: Column): Promise<string> =>
    (await hub.sql<{ value: string }>(`select ${column} as value from contact where id = $1`, [id]))[0]?.value ?? '';
  const write = (column: Column, value: string): Promise<unknown> =>
    hub.sql(`update contact set ${column} = $2 where id = $1`, [patient, value]);

  const others = async (column: Column): Promise<[what: string, value: string][]> => {
    const own = await sealed(patient, column);
    const beside = await Promise.all(COLUMNS.filter(each => each !== column).map(each => sealed(patient, each)));
    const middle = Math.floor(own.length / 2);
    const flipped = own.slice(0, middle) + (own[middle] === 'A' ? 'B' : 'A') + own.slice(middle + 1);
    return [
      ["another patient's", await sealed(neighbour, column)],
      ["another hospital's", await sealed(stranger, column)],
      ...beside.map((value): [string, string] => ["another column's", value]),
      ['changed in one character', flipped],
    ];
  };

  it.each(COLUMNS)('is not shown with a %s that is not their own', async column => {
    const own = await sealed(patient, column);
    const whole = await hub.call('GET', `/contacts/${patient}`);
    const answers: unknown[] = [];
    for (const [what, value] of await others(column)) {
      await write(column, value);
      const { status, body } = await hub.call('GET', `/contacts/${patient}`);
      // Ids hold any digits.
      const told = JSON.stringify({ ...body, requestId: null, instance: null });
      answers.push([what, status, body.code, /Inventada|0000|example\.org|198\d/.test(told)]);
    }
    await write(column, own);

    expect(answers).toEqual((await others(column)).map(([what]) => [what, 500, 'internal-error', false]));
    expect(answers).toHaveLength(7);
    expect((await hub.call('GET', `/contacts/${patient}`)).body).toEqual(whole.body);
    expect(whole).toMatchObject({ status: 200, body: { name: 'Una Inventada' } });
  });
});
