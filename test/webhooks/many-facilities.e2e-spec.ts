import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../../src/database/worker-context.js';
import { PreparedStatement } from '../../src/database/prepared-statement.js';
import { WebhookApplyingService } from '../../src/webhooks/webhook-applying.service.js';
import { startHub, type TestHub } from '../support/hub.js';
import { JOURNEY_NOW } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';
import { anEvent, createSender, type Sender } from './sender.js';

const { jest } = import.meta;

const HOSPITALS = 3;
/** Others are of what the hub does by the side. */
const OF_APPLYING = /undecided|external|events|bookings|insert-|write-decisions/;

describe('Events of several hospitals that are applied together', () => {
  let hub: TestHub;
  let senders: Sender[];

  beforeAll(async () => {
    const clock = new TestClock(JOURNEY_NOW);
    hub = await startHub({ clock });
    senders = [];
    for (let n = 0; n < HOSPITALS; n++) senders.push(await createSender(hub, () => clock.now()));
    // Nobody else applies them.
    await hub.sql(`create function hold() returns trigger language plpgsql as
      $$ begin new.start_after := now() + interval '1 day'; return new; end $$`);
    await hub.sql(`create trigger hold before insert on pgboss.job for each row when (new.name = 'webhook-apply') execute function hold()`);
  });
  afterAll(() => hub.close());

  /** Stored, and not applied: the ids of the events, of each hospital in turn. */
  const stored = async (bodies: (hospital: number) => Record<string, unknown>[], of = senders): Promise<string[][]> => {
    const ids: string[][] = [];
    for (const [at, sender] of of.entries()) {
      const answers = [];
      for (const body of bodies(at)) answers.push(await sender.send(body));
      ids.push(answers.map(answer => answer.body.id as string));
    }
    return ids;
  };

  const apply = (ids: readonly string[][], of = senders): Promise<string[]> =>
    asWorker(hub.app.get(MikroORM).em, () =>
      hub.app.get(WebhookApplyingService).apply(of.map(({ facilityId }, at) => ({ facilityId, webhookEventIds: [...(ids[at] ?? [])] }))),
    );

  const appointmentsOf = ({ facilityId }: Sender): Promise<Record<string, unknown>[]> =>
    hub.sql(
      `select external_id, status, to_char(start_at at time zone 'Asia/Manila', 'HH24:MI') as start, queue_number as queue, contact_id as contact, patient_id as patient
       from appointment where facility_id = $1 order by external_id`,
      [facilityId],
    );

  it('stay apart, though ids, patients and phones are the same at all of them', async () => {
    const at = (minute: number): string => `2026-10-01T07:0${minute}:00+08:00`;
    const [start, later] = ['2026-10-05T09:00:00+08:00', '2026-10-05T10:00:00+08:00'];
    const same = { patient_id: 'P-1', phone: '0917 000 0001' };
    const ids = await stored(hospital => [
      anEvent({ ...same, appointment_id: 'A-1', datetime: start, occurred_at: at(0) }),
      anEvent({
        patient_id: null,
        temporary_patient_id: 'T-2',
        phone: '0917 000 0002',
        appointment_id: 'A-2',
        datetime: start,
        occurred_at: at(1),
      }),
      ...[
        anEvent({ ...same, action: 'rescheduled', appointment_id: 'A-1', datetime: later, occurred_at: at(2) }),
        anEvent({ ...same, action: 'canceled', appointment_id: 'A-1', datetime: start, occurred_at: at(2) }),
        { event: 'patientCreated', temporary_patient_id: 'T-2', patient_id: 'P-2', occurred_at: at(2) },
      ].slice(hospital, hospital + 1),
    ]);

    expect(await apply(ids)).toEqual([]);

    const found = await Promise.all(senders.map(appointmentsOf));
    expect(found.map(rows => rows.map(({ external_id, status, start: time, patient }) => [external_id, status, time, patient]))).toEqual([
      [
        ['A-1', 'SCHEDULED', '10:00', 'P-1'],
        ['A-2', 'SCHEDULED', '09:00', null],
      ],
      [
        ['A-1', 'CANCELED', '09:00', 'P-1'],
        ['A-2', 'SCHEDULED', '09:00', null],
      ],
      [
        ['A-1', 'SCHEDULED', '09:00', 'P-1'],
        ['A-2', 'SCHEDULED', '09:00', 'P-2'],
      ],
    ]);
    expect(new Set(found.flat().map(({ contact }) => contact)).size).toBe(2 * HOSPITALS);
    for (const sender of senders) expect((await sender.events()).map(({ outcome }) => outcome)).toEqual(Array(3).fill('applied'));
  });

  it('take as many statements as those of one', async () => {
    const run = jest.spyOn(PreparedStatement.prototype, 'run');
    // Of patients whom nobody knows.
    const statementsOf = async (of: Sender[], ...phones: string[]): Promise<string[]> => {
      const ids = await stored(() => phones.map(phone => anEvent({ phone })), of);
      run.mockClear();
      expect(await apply(ids, of)).toEqual([]);
      const names = run.mock.contexts.map(statement => String(Object(statement).name));
      return names.filter(name => OF_APPLYING.test(name)).map(name => name.replace('-together', ''));
    };

    const [ofOne, ofAll] = [
      await statementsOf(senders.slice(0, 1), '0917 000 0003', '0917 000 0004'),
      await statementsOf(senders, '0917 000 0005', '0917 000 0006'),
    ];
    run.mockRestore();

    expect(ofOne).toContain('insert-rows-of-appointment');
    expect(ofAll).toEqual(ofOne);
  });

  it('have the keys of all their patients locked before anybody looks for one, though the first names none', async () => {
    const ids = await stored(hospital =>
      hospital === 0 ? [{ action: 'canceled', appointment_id: 'A-BARE', occurred_at: '2026-10-01T07:00:00+08:00' }] : [anEvent()],
    );
    const run = jest.spyOn(PreparedStatement.prototype, 'run');

    await apply(ids);

    const names = run.mock.contexts.map(statement => String(Object(statement).name));
    run.mockRestore();
    const [locked, looked] = [names.indexOf('lock-contact-keys-of-events-together'), names.indexOf('contacts-of-events-together')];
    expect(locked).toBeGreaterThan(0);
    expect(looked).toBeGreaterThan(locked);
  });

  it('are applied but for the one that cannot be', async () => {
    await hub.sql(`create function refuse_poison() returns trigger language plpgsql as
      $$ begin if new.external_id = 'A-POISON' then raise exception 'poison'; end if; return new; end $$`);
    await hub.sql('create trigger poison before insert on appointment for each row execute function refuse_poison()');
    const ids = await stored(hospital => [
      anEvent({ appointment_id: 'A-BEFORE' }),
      anEvent({ appointment_id: hospital === 1 ? 'A-POISON' : 'A-AMID' }),
      anEvent({ appointment_id: 'A-AFTER' }),
    ]);

    const failed = await apply(ids);

    await hub.sql('drop trigger poison on appointment');
    expect(failed).toEqual([ids[1]?.[1]]);
    const outcomes = await Promise.all(ids.map((ofOne, at) => Promise.all(ofOne.map(id => outcomeOf(senders[at], id)))));
    expect(outcomes).toEqual([
      ['applied', 'applied', 'applied'],
      ['applied', 'pending', 'applied'],
      ['applied', 'applied', 'applied'],
    ]);
  });

  const outcomeOf = async (sender: Sender | undefined, id: string): Promise<string | undefined> =>
    (await sender?.events())?.find(event => event.id === id)?.outcome;
});
