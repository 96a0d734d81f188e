import type http from 'node:http';
import { DriftCleanupCron } from '../../src/drift/drift-cleanup.cron.js';
import { DriftCron } from '../../src/drift/drift.cron.js';
import { eventually } from '../support/eventually.js';
import { startHub } from '../support/hub.js';
import { LIST, startAt, startClinics, type Clinic, type Finding, type Report, type Row } from './a-clinic.js';

const FAR = '2027-03-01T09:00:00+08:00';
const SOON = '2026-10-20T09:00:00+08:00';

let clinics: Awaited<ReturnType<typeof startClinics>>;

beforeAll(async () => {
  clinics = await startClinics(15);
});
afterAll(() => clinics.close());

/** A clinic whose staff have booked `count` appointments, `a-0` on; the hub's ids. */
async function clinicWith(count: number): Promise<Clinic & { ids: string[] }> {
  const clinic = await clinics.next();
  const ids = await Promise.all(Array.from({ length: count }, (_, i) => clinic.staffBook(`a-${i}`, startAt(i))));
  return { ...clinic, ids };
}

function found(report: Report, externalId: string): Finding {
  const finding = report.data.find(each => each.externalId === externalId);
  if (!finding) throw new Error(`Nothing found of ${externalId}: ${JSON.stringify(report)}`);
  return finding;
}

const applying = (...findings: Finding[]): { findingId: string; action: string }[] =>
  findings.map(({ id }) => ({ findingId: id, action: 'apply' }));

describe('What differs from the hospital’s list', () => {
  let clinic: Clinic & { ids: string[] };
  let report: Report;
  const id = (index: number): string => clinic.ids[index] ?? '';

  beforeAll(async () => {
    clinic = await clinicWith(12);
    const { row, rows } = clinic;
    await clinic.webhooks.sent({ action: 'canceled', appointment_id: 'a-5', occurred_at: clinic.clock.now().toISOString() });
    await clinic.compared();
    row('a-0').datetime = startAt(30);
    row('a-1').status = 'canceled';
    rows.splice(rows.indexOf(row('a-2')), 1);
    row('a-3').status = 'checked-in';
    row('a-4').datetime = FAR;
    row('a-6').calendarId = 'c2';
    rows.push({ ...row('a-7'), id: 'walk-in', datetime: startAt(31), patientId: 'P-walk-in' });
    rows.push({ ...row('a-7'), id: 'gone', datetime: startAt(32), status: 'canceled' });
    report = await clinic.compared();
  });

  it('is found, each kind of it', () => {
    expect(report.run).toMatchObject({ status: 'succeeded', code: null, compared: 12, skipped: 0, listed: 12 });
    expect(report.isRepairable).toBe(true);
    expect(Object.fromEntries(report.data.map(({ externalId, kind }) => [externalId, kind]))).toEqual({
      'a-0': 'moved',
      'a-1': 'canceled-upstream',
      'a-2': 'missing-upstream',
      'a-3': 'checked-in-upstream',
      'a-4': 'moved',
      'a-5': 'scheduled-upstream',
      'a-6': 'moved',
      'walk-in': 'unknown-here',
    });
    expect(found(report, 'a-0')).toMatchObject({
      appointmentId: id(0),
      status: 'open',
      ours: { status: 'SCHEDULED', start: startAt(0) },
      theirs: { status: 'SCHEDULED', start: startAt(30) },
      isRepairable: true,
    });
    expect(found(report, 'a-4').theirs).toMatchObject({ start: FAR });
    expect(found(report, 'a-2')).toMatchObject({ appointmentId: id(2), theirs: null });
    expect(found(report, 'walk-in')).toMatchObject({ appointmentId: null, ours: null });
  });

  it('is shown in pages, and by kind', async () => {
    const first = await clinic.report('limit=5');
    const second = await clinic.report(`limit=5&cursor=${first.nextCursor ?? ''}`);

    expect([...first.data, ...second.data].map(each => each.id)).toEqual(report.data.map(each => each.id));
    expect(second.nextCursor).toBeNull();
    expect((await clinic.report('kind=moved')).data.map(each => each.externalId).toSorted()).toEqual(['a-0', 'a-4', 'a-6']);
    expect((await clinic.report('status=dismissed')).data).toEqual([]);
  });

  it('keeps its finding when it is seen again', async () => {
    const again = await clinic.compared();

    expect(again.data.map(each => each.id)).toEqual(report.data.map(each => each.id));
  });

  it('is counted in /metrics', async () => {
    const text = await (await fetch(`${clinic.hub.url}/metrics`)).text();

    expect(text).toMatch(/^hub_drift_findings_open\{kind="moved"\} [3-9]/m);
    expect(text).toMatch(/^hub_drift_runs_total\{status="succeeded"\} [1-9]/m);
  });

  it('is repaired many at once, each told once, the source the reconciliation', async () => {
    const findings = ['a-0', 'a-1', 'walk-in'].map(each => found(report, each));

    const answer = await clinic.repair(applying(...findings));
    const again = await clinic.repair(applying(...findings));

    expect(answer).toMatchObject({
      status: 200,
      body: { data: findings.map(each => ({ findingId: each.id, status: 'repaired', code: null })) },
    });
    expect(again.body.data.map((each: { code: string }) => each.code)).toEqual(findings.map(() => 'finding-repaired'));
    expect(await clinic.read(id(0))).toMatchObject({ status: 'SCHEDULED', start: startAt(30), revision: 2 });
    expect(await clinic.read(id(1))).toMatchObject({ status: 'CANCELED', revision: 2 });
    expect(await clinic.lastEntry(id(0))).toMatchObject({ type: 'rescheduled', source: 'reconciliation', reference: findings[0]?.id });
    expect(await clinic.lastEntry(id(1))).toMatchObject({ type: 'canceled', source: 'reconciliation' });
    expect(await clinic.told(id(0))).toEqual([
      { kind: 'booked', source: 'staff' },
      { kind: 'rescheduled', source: 'reconciliation' },
    ]);
    expect((await clinic.told(id(1))).map(each => each.kind)).toEqual(['booked', 'canceled']);
    const made = answer.body.data[2].appointmentId as string;
    expect(await clinic.read(made)).toMatchObject({
      source: 'reconciliation',
      status: 'SCHEDULED',
      appointmentId: 'walk-in',
      patientId: 'P-walk-in',
      start: startAt(31),
    });
    expect(await clinic.lastEntry(made)).toMatchObject({ type: 'booked', source: 'reconciliation' });
    expect(await clinic.told(made)).toEqual([{ kind: 'booked', source: 'reconciliation' }]);
  });

  it('is repaired where it has another calendar, or is checked in, or stands again', async () => {
    const answers = [];
    for (const each of ['a-6', 'a-3', 'a-5', 'a-4']) answers.push(await clinic.repair(applying(found(report, each))));

    expect(answers.map(answer => answer.body.data[0].status as string)).toEqual(['repaired', 'repaired', 'repaired', 'repaired']);
    expect(await clinic.read(id(6))).toMatchObject({ calendarId: found(report, 'a-6').theirs?.calendarId });
    expect(await clinic.read(id(3))).toMatchObject({ status: 'SHOW' });
    expect(await clinic.read(id(5))).toMatchObject({ status: 'SCHEDULED', start: startAt(5) });
    expect(await clinic.read(id(4))).toMatchObject({ start: FAR });
    expect((await clinic.told(id(3))).map(each => each.kind)).toEqual(['booked']);
  });

  it('is one appointment in a call where it is missing there: by name, with a reason', async () => {
    const { id: findingId } = found(report, 'a-2');
    const other = { findingId: found(report, 'a-1').id, action: 'dismiss' };

    const refused = [
      await clinic.repair([{ findingId, action: 'apply' }], 'Deleted'),
      await clinic.repair([{ findingId, action: 'dismiss' }], 'Deleted'),
      await clinic.repair([{ findingId, action: 'cancel' }]),
      await clinic.repair([{ findingId, action: 'cancel' }, other], 'Deleted'),
      await clinic.repair([{ findingId: other.findingId, action: 'cancel' }], 'Deleted'),
    ];
    const untouched = await clinic.read(id(2));
    const canceled = await clinic.repair([{ findingId, action: 'cancel' }], 'Deleted by the hospital');

    expect(refused.map(answer => [answer.status, answer.body.code as string])).toEqual([
      [422, 'action-not-allowed'],
      [422, 'action-not-allowed'],
      [422, 'reason-missing'],
      [422, 'must-be-alone'],
      [422, 'action-not-allowed'],
    ]);
    expect(untouched).toMatchObject({ status: 'SCHEDULED', revision: 1 });
    expect(canceled.body.data).toEqual([{ findingId, status: 'repaired', code: null, appointmentId: id(2) }]);
    expect(await clinic.read(id(2))).toMatchObject({ status: 'CANCELED', reason: 'Deleted by the hospital' });
    expect(await clinic.lastEntry(id(2))).toMatchObject({ type: 'canceled', source: 'reconciliation' });
    expect((await clinic.told(id(2))).map(each => each.kind)).toEqual(['booked', 'canceled']);
  });

  it('is no more, once all is repaired', async () => {
    expect(await clinic.compared()).toMatchObject({ run: { status: 'succeeded' }, data: [] });
  });
});

describe('A webhook of the same change', () => {
  const KINDS: Record<string, { change: (row: Row) => Partial<Row>; event: Record<string, unknown>; told: string[] }> = {
    moved: {
      change: () => ({ datetime: SOON }),
      event: { action: 'rescheduled', datetime: SOON, calendar_id: 'c1' },
      told: ['booked', 'rescheduled'],
    },
    'moved, and not when to': { change: () => ({ datetime: SOON }), event: { action: 'rescheduled' }, told: ['booked', 'rescheduled'] },
    canceled: { change: () => ({ status: 'canceled' }), event: { action: 'canceled' }, told: ['booked', 'canceled'] },
    booked: {
      change: ({ id }) => ({ id: `${id}-new`, patientId: `P-${id}-new` }),
      event: { action: 'scheduled', calendar_id: 'c1' },
      told: ['booked'],
    },
  };
  const cases = Object.keys(KINDS).flatMap(kind =>
    ['before', 'after'].flatMap(order =>
      [true, false].map(isTimed => ({ kind, order, isTimed, time: isTimed ? 'with its time' : 'without a time' })),
    ),
  );
  let clinic: Clinic & { ids: string[] };
  const outcomes: { result: { status: string; code: string | null }; webhook: string; row: Row }[] = [];

  beforeAll(async () => {
    clinic = await clinicWith(cases.length);
    clinic.clock.advance(60_000);
    const changedAt = clinic.clock.now().toISOString();
    const rows = cases.map(({ kind, isTimed }, i): Row => {
      const present = clinic.row(`a-${i}`);
      const changed = { ...present, ...KINDS[kind]?.change(present), updatedAt: isTimed ? changedAt : null };
      if (changed.id === present.id) return Object.assign(present, changed);
      clinic.rows.push(changed);
      return changed;
    });
    const send = async (order: string): Promise<Map<string, string>> => {
      clinic.clock.advance(1_000);
      const sent = cases.map(async ({ kind, isTimed, ...one }, i) => {
        const row = rows[i];
        if (one.order !== order || !row) return [];
        const who = { appointment_id: row.id, patient_id: row.patientId, name: 'Testa Inventada' };
        const when = { ...(kind === 'booked' ? { datetime: row.datetime } : {}), ...(isTimed ? { occurred_at: changedAt } : {}) };
        return [[row.id, (await clinic.webhooks.sent({ ...who, ...when, ...KINDS[kind]?.event })).outcome] as const];
      });
      clinic.clock.advance(1_000);
      return new Map((await Promise.all(sent)).flat());
    };
    const report = await clinic.compared();
    const before = await send('before');
    const { body } = await clinic.repair(applying(...rows.map(row => found(report, row.id))));
    const after = await send('after');
    for (const [i, row] of rows.entries())
      outcomes.push({ result: body.data[i], webhook: before.get(row.id) ?? after.get(row.id) ?? '', row });
  });

  it.each(cases.map((each, i) => ({ ...each, i })))(
    '$kind, $time, $order the repair: one effect, one message',
    async ({ kind, order, i }) => {
      const outcome = outcomes[i];
      const { body } = await clinic.hub.call('GET', `/facilities/${clinic.facilityId}/appointments?appointmentId=${outcome?.row.id ?? ''}`);
      const [appointment] = body.data as { id: string }[];

      const isFirst = order === 'before';
      expect(outcome?.result).toMatchObject(
        isFirst ? { status: 'outdated', code: 'finding-outdated' } : { status: 'repaired', code: null },
      );
      // A booking's webhook still has the patient's name for the contact.
      expect(outcome?.webhook).toBe(isFirst || kind === 'booked' ? 'applied' : 'superseded');
      expect(body.data).toHaveLength(1);
      expect(appointment).toMatchObject({
        revision: kind === 'booked' ? 1 : 2,
        status: kind === 'canceled' ? 'CANCELED' : 'SCHEDULED',
        start: outcome?.row.datetime,
        needsReview: false,
      });
      expect((await clinic.told(appointment?.id ?? '')).map(told => told.kind)).toEqual(KINDS[kind]?.told);
    },
  );

  it('leaves nothing that differs', async () => {
    expect(await clinic.compared()).toMatchObject({ run: { status: 'succeeded' }, data: [] });
  });
});

describe('A finding that holds no longer', () => {
  let clinic: Clinic & { ids: string[] };
  beforeAll(async () => {
    clinic = await clinicWith(10);
  });

  it('is not applied: the hospital has changed it again', async () => {
    clinic.row('a-0').datetime = startAt(30);
    const finding = found(await clinic.compared(), 'a-0');
    clinic.row('a-0').datetime = startAt(31);

    const { body } = await clinic.repair(applying(finding));

    expect(body.data).toEqual([{ findingId: finding.id, status: 'outdated', code: 'finding-outdated', appointmentId: clinic.ids[0] }]);
    expect(await clinic.read(clinic.ids[0] ?? '')).toMatchObject({ start: startAt(0), revision: 1 });
    expect((await clinic.compared()).data).toMatchObject([{ externalId: 'a-0', theirs: { start: startAt(31) } }]);
  });

  it('is not applied: it is there after all', async () => {
    const [row] = clinic.rows.splice(clinic.rows.indexOf(clinic.row('a-1')), 1);
    const finding = found(await clinic.compared(), 'a-1');
    if (row) clinic.rows.push({ ...row, datetime: FAR });

    const { body } = await clinic.repair([{ findingId: finding.id, action: 'cancel' }], 'Deleted');

    expect(body.data).toMatchObject([{ status: 'outdated' }]);
    expect(await clinic.read(clinic.ids[1] ?? '')).toMatchObject({ status: 'SCHEDULED' });
  });

  it('is not applied: it changes here while the hospital is asked', async () => {
    clinic.row('a-2').datetime = startAt(32);
    const finding = found(await clinic.compared(), 'a-2');
    const answer = clinic.list();
    clinic.hospital.on(LIST, (request, response) => {
      void clinic.webhooks
        .sent({ action: 'queued', appointment_id: 'a-2', queue_number: '7', occurred_at: clinic.clock.now().toISOString() })
        .then(() => {
          answer(request, response);
        });
    });

    const { body } = await clinic.repair(applying(finding));
    clinic.hospital.on(LIST, answer);

    expect(body.data).toMatchObject([{ status: 'outdated' }]);
    expect(await clinic.read(clinic.ids[2] ?? '')).toMatchObject({ status: 'SHOW', start: startAt(2), queueNumber: '7' });
  });

  it('stays open when the hospital cannot be asked', async () => {
    clinic.row('a-3').datetime = startAt(33);
    const finding = found(await clinic.compared(), 'a-3');
    clinic.hospital.on(LIST, (_request, response) => {
      response.destroy();
    });

    const { body } = await clinic.repair(applying(finding));
    clinic.hospital.on(LIST, clinic.list());

    expect(body.data).toMatchObject([{ status: 'open', code: 'upstream-connection-lost' }]);
    expect((await clinic.repair(applying(finding))).body.data).toMatchObject([{ status: 'repaired' }]);
  });

  it('is repaired once, also when that is asked for twice at the same moment', async () => {
    clinic.row('a-5').datetime = startAt(36);
    const finding = found(await clinic.compared(), 'a-5');
    const answer = clinic.list();
    const waiting: (() => void)[] = [];
    clinic.hospital.on(LIST, (request, response) => {
      waiting.push(() => {
        answer(request, response);
      });
      if (waiting.length === 2) for (const each of waiting) each();
    });

    const answers = await Promise.all([clinic.repair(applying(finding)), clinic.repair(applying(finding))]);
    clinic.hospital.on(LIST, answer);

    const results = answers.flatMap(({ body }) => body.data as { status: string; code: string | null }[]);
    expect(results.map(({ status, code }) => `${status} ${String(code)}`).toSorted()).toEqual([
      'repaired finding-repaired',
      'repaired null',
    ]);
    expect(await clinic.read(clinic.ids[5] ?? '')).toMatchObject({ start: startAt(36), revision: 2 });
    expect((await clinic.told(clinic.ids[5] ?? '')).map(each => each.kind)).toEqual(['booked', 'rescheduled']);
  });

  it('stays dismissed for as long as it is the same', async () => {
    clinic.row('a-4').datetime = startAt(34);
    const finding = found(await clinic.compared(), 'a-4');

    await clinic.repair([{ findingId: finding.id, action: 'dismiss' }], 'Known to us');
    const same = await clinic.compared();
    clinic.row('a-4').datetime = startAt(35);
    const other = await clinic.compared();

    expect(same.data.map(each => each.externalId)).not.toContain('a-4');
    expect((await clinic.report('status=dismissed')).data).toMatchObject([
      { id: finding.id, reason: 'Known to us', isRepairable: false, notRepairableCode: 'finding-dismissed' },
    ]);
    expect(found(other, 'a-4').id).not.toBe(finding.id);
  });
});

describe('What is not compared', () => {
  it('is what changed here after the read began, what is under way, and what the hospital itself says is older', async () => {
    const clinic = await clinicWith(3);
    clinic.clock.advance(60_000);
    const before = clinic.clock.now().toISOString();
    clinic.clock.advance(60_000);
    await clinic.webhooks.sent({
      action: 'rescheduled',
      appointment_id: 'a-0',
      datetime: startAt(30),
      occurred_at: clinic.clock.now().toISOString(),
    });
    Object.assign(clinic.row('a-0'), { updatedAt: before });
    const answer = clinic.list();
    let isChanged: Promise<unknown> | undefined;
    clinic.hospital.on('POST /appointments', () => undefined);
    const pending = await clinic.book(startAt(20));
    clinic.rows.push({ ...clinic.row('a-1'), id: 'ours-in-doubt', datetime: startAt(20) });
    clinic.hospital.on(LIST, (request, response) => {
      const isTheList = request.query.has('calendar_id');
      if (isTheList)
        isChanged ??= clinic.webhooks.sent({ action: 'canceled', appointment_id: 'a-1', occurred_at: clinic.clock.now().toISOString() });
      void Promise.resolve(isTheList ? isChanged : null).then(() => {
        answer(request, response);
      });
    });

    const report = await clinic.compared();

    expect(pending).toMatchObject({ status: 202 });
    expect(report).toMatchObject({ run: { status: 'succeeded', listed: 4, skipped: 3 }, data: [] });
  });
});

describe('A list that cannot be relied on', () => {
  let clinic: Clinic & { ids: string[] };
  let rows: Clinic['rows'];
  let open: Finding;

  beforeAll(async () => {
    clinic = await clinicWith(8);
    rows = [...clinic.rows];
    clinic.row('a-0').datetime = startAt(30);
    open = found(await clinic.compared(), 'a-0');
  });
  afterEach(() => {
    clinic.rows.splice(0, Infinity, ...rows);
    clinic.hospital.on(LIST, clinic.list());
  });

  it.each<[string, string, () => void]>([
    [
      'breaks off at its second page',
      'list-partial',
      () => {
        clinic.hospital.on(LIST, clinic.list({ brokenPage: 2 }));
      },
    ],
    [
      'has one calendar less',
      'list-partial',
      () => {
        const answer = clinic.list();
        clinic.hospital.on(LIST, (request, response) => {
          if (request.query.get('calendar_id') === 'c2') response.destroy();
          else answer(request, response);
        });
      },
    ],
    ['is empty', 'list-empty', () => void clinic.rows.splice(0)],
    ['is a quarter smaller', 'list-smaller', () => void clinic.rows.splice(6)],
  ])('that %s says so, and repairs nothing', async (_what, code, how) => {
    how();

    const report = await clinic.compared();
    const repair = await clinic.repair(applying(open));

    expect(report).toMatchObject({ run: { status: 'untrusted', code }, isRepairable: false });
    expect(report.data.map(each => each.kind)).toEqual(['moved']);
    expect(report.data[0]).toMatchObject({ id: open.id, isRepairable: false, notRepairableCode: code });
    expect(repair).toMatchObject({ status: 409, body: { code: 'drift-not-repairable', reason: code } });
    expect(await clinic.read(clinic.ids[0] ?? '')).toMatchObject({ start: startAt(0) });
  });

  it('because it lacks what the hospital has confirmed, at the first comparison', async () => {
    const fresh = await clinicWith(8);
    fresh.rows.splice(6);

    expect(await fresh.compared()).toMatchObject({ run: { status: 'untrusted', code: 'list-lacks-known' }, isRepairable: false, data: [] });
  });

  it('is believed when a person says that it is right; the missing are still a person’s, one by one', async () => {
    clinic.rows.splice(6);

    const report = await clinic.compared({ isSmallerListExpected: true });
    const kept = await clinic.repair([{ findingId: found(report, 'a-6').id, action: 'keep' }], 'They are on paper');

    expect(report).toMatchObject({ run: { status: 'succeeded' }, isRepairable: true });
    expect(report.data.map(each => [each.externalId, each.kind]).toSorted()).toEqual([
      ['a-0', 'moved'],
      ['a-6', 'missing-upstream'],
      ['a-7', 'missing-upstream'],
    ]);
    expect(kept.body.data).toMatchObject([{ status: 'dismissed', code: null }]);
    for (const index of [6, 7]) {
      expect(await clinic.read(clinic.ids[index] ?? '')).toMatchObject({ status: 'SCHEDULED', revision: 1 });
      expect((await clinic.told(clinic.ids[index] ?? '')).map(each => each.kind)).toEqual(['booked']);
    }
    expect(await clinic.compared()).toMatchObject({ run: { status: 'succeeded' } });
  });

  it.each<[string, (response: http.ServerResponse) => void, object]>([
    ['has none', response => response.writeHead(404).end(), { status: 'not-supported', code: null }],
    ['is away', response => response.destroy(), { status: 'failed', code: 'upstream-connection-lost' }],
    ['refuses the key', response => response.writeHead(401).end(), { status: 'failed', code: 'upstream-credentials-refused' }],
  ])('of a hospital that %s', async (_what, answer, run) => {
    clinic.hospital.on(LIST, (_request, response) => {
      answer(response);
    });

    expect(await clinic.compared()).toMatchObject({ run, isRepairable: false });
  });
});

describe('A comparison that is due', () => {
  const runsOf = async ({ hub, facilityId }: Clinic): Promise<unknown[]> =>
    hub.sql('select status from drift_run where facility_id = $1', [facilityId]);
  const makeDue = async ({ hub, clock, facilityId }: Clinic): Promise<unknown> =>
    hub.sql('update facility set drift_due_at = $2 where id = $1', [facilityId, clock.now()]);

  it('is made once, however many copies there are, and again after its interval', async () => {
    const clinic = await clinicWith(1);
    const other = await startHub({ besides: clinic.hub, clock: clinic.clock });
    try {
      await makeDue(clinic);
      const crons = [clinic.hub, other].map(hub => hub.app.get(DriftCron));
      await Promise.all(crons.map(cron => cron.tick()));
      await clinic.ended();
      await Promise.all(crons.map(cron => cron.tick()));

      expect(await runsOf(clinic)).toEqual([{ status: 'succeeded' }]);
      expect(clinic.hospital.calls(LIST)).toHaveLength(2);

      clinic.clock.advance(6 * 3_600_000);
      await Promise.all(crons.map(cron => cron.tick()));
      await eventually('the second has ended', async () => (await runsOf(clinic)).length === 2 && (await clinic.ended()));
    } finally {
      await other.close();
    }
  });

  it('does not wait for another hospital that hangs', async () => {
    const [sick, healthy] = [await clinics.next(), await clinicWith(1)];
    const hanging: http.ServerResponse[] = [];
    sick.hospital.on(LIST, (_request, response) => void hanging.push(response));
    healthy.clock.advance(1_000);
    await makeDue(sick);
    await sick.hub.app.get(DriftCron).tick();
    await eventually('the sick one is being asked', () => hanging.length > 0);

    await makeDue(healthy);
    await sick.hub.app.get(DriftCron).tick();
    const report = await healthy.ended();
    const meanwhile = await sick.report();
    sick.hospital.on(LIST, (_request, response) => {
      response.destroy();
    });
    for (const response of hanging) response.destroy();

    expect(report.run).toMatchObject({ status: 'succeeded', compared: 1 });
    expect(meanwhile.run).toMatchObject({ status: 'running', finishedAt: null });
    expect((await sick.ended()).run).toMatchObject({ status: 'failed' });
  });

  it('that another worker has begun anew is not ended by the one before', async () => {
    const clinic = await clinicWith(1);
    const held: http.ServerResponse[] = [];
    clinic.hospital.on(LIST, (_request, response) => void held.push(response));
    clinic.clock.advance(1_000);
    const { body: run } = await clinic.start();
    await eventually('the list is asked', () => held.length > 0);
    await clinic.hub.sql(`update drift_run set started_at = started_at + interval '1 second' where id = $1`, [run.id]);

    clinic.hospital.on(LIST, (_request, response) => {
      response.destroy();
    });
    for (const response of held) response.destroy();

    const sql = `select from pgboss.job where name = 'drift-compare' and state = 'completed' and data ->> 'driftRunId' = $1`;
    await eventually('its job is done', async () => (await clinic.hub.sql(sql, [run.id])).length === 1);
    expect((await clinic.report()).run).toMatchObject({ status: 'running', finishedAt: null });
  });

  it('on demand is the one that runs already', async () => {
    const clinic = await clinics.next();
    const answers = await Promise.all([clinic.start(), clinic.start()]);

    expect(answers.map(answer => answer.status)).toEqual([202, 202]);
    expect(answers[0].body.id).toBe(answers[1].body.id);
    await clinic.ended();
  });
});

describe('Whose it is', () => {
  it('is the facility’s: another’s findings are not there, and a key that only reads repairs nothing', async () => {
    const [clinic, other] = [await clinicWith(8), await clinics.next()];
    clinic.row('a-0').datetime = startAt(30);
    const finding = found(await clinic.compared(), 'a-0');
    const { body: reader } = await clinic.hub.call('POST', '/api-keys', {
      name: 'Reader',
      scopes: ['read'],
      facilityIds: [clinic.facilityId],
    });
    const headers = { authorization: `Bearer ${reader.key as string}` };
    const path = `/facilities/${clinic.facilityId}/drift`;

    const foreign = await other.repair(applying(finding));
    const answers = [
      await clinic.hub.call('GET', path, undefined, headers),
      await clinic.hub.call('POST', path, {}, headers),
      await clinic.hub.call('POST', `${path}/repairs`, { repairs: applying(finding) }, headers),
      await clinic.hub.call('GET', `/facilities/${other.facilityId}/drift`, undefined, headers),
      await clinic.repair([]),
    ];

    expect(foreign).toMatchObject({ status: 404, body: { code: 'drift-finding-not-found' } });
    expect(answers.map(answer => answer.status)).toEqual([200, 403, 403, 404, 400]);
    expect(await other.report()).toMatchObject({ run: null, isRepairable: false, data: [] });
    expect(await clinic.read(clinic.ids[0] ?? '')).toMatchObject({ start: startAt(0) });
  });
});

describe('Old runs and findings', () => {
  it('leaves nothing behind for ever', async () => {
    const clinic = await clinicWith(3);
    clinic.row('a-0').datetime = startAt(30);
    await clinic.compared();
    clinic.row('a-0').datetime = startAt(0);
    await clinic.compared();
    clinic.clock.advance(100 * 86_400_000);
    await clinic.compared();

    await clinic.hub.app.get(DriftCleanupCron).tick();

    const runs = await clinic.hub.sql('select status from drift_run where facility_id = $1', [clinic.facilityId]);
    expect(runs).toEqual([{ status: 'succeeded' }]);
    expect(await clinic.hub.sql('select 1 from drift_finding where facility_id = $1', [clinic.facilityId])).toEqual([]);
  });
});
