import { signedIn, type ConsoleVisitor } from '../support/console.js';
import { ADMIN_KEY } from '../support/hub.js';
import { aPatient } from '../support/journey.js';
import { startTelling, type Telling } from '../support/told.js';
import { signed } from '../support/webhooks.js';

const MOST_BYTES = 60 * 1024;

describe('Console pages', () => {
  let telling: Telling;
  let admin: ConsoleVisitor;
  let facility: string;

  beforeAll(async () => {
    telling = await startTelling();
    admin = await signedIn(telling.hub, ADMIN_KEY);
    facility = `/console/facilities/${telling.facilityId}`;
    const { body } = await telling.book({ contact: aPatient(), start: telling.nextStart() });
    await telling.settled(body.id as string);
    await telling.staffBook('A-900', telling.nextPhone());
    await telling.sender.sent({ action: 'sung', appointment_id: 'A-901', name: 'Testa Inventada' });
  });
  afterAll(() => telling.close());

  it.each<[string, () => string, string]>([
    ['the overview', () => '/console', 'Test General Hospital'],
    ['facilities by a part of their name', () => '/console?name=GENERAL', 'Test General Hospital'],
    ['that there is none of a name', () => '/console?name=%25', 'There is none.'],
    ['the search', () => '/console/search', 'Find an appointment'],
    ['a facility', () => facility, 'Dr. Test'],
    ['its webhooks', () => `${facility}/webhooks`, 'unknown-event'],
    ['its webhooks of one outcome', () => `${facility}/webhooks?outcome=applied`, 'appointmentCreated'],
    ['a dry run', () => `${facility}/webhooks/dry-run`, 'Paste a request'],
    ['its messages', () => `${facility}/messages`, 'sent-no-receipt'],
    ['its overdue messages', () => `${facility}/messages?overdue=true`, 'There is none.'],
    ['its drift', () => `${facility}/drift`, 'Last comparison'],
    ['its templates', () => `${facility}/templates`, 'Dr. Testa Inventada'],
  ])('show %s, small, kept nowhere, with no script of its own', async (_, path, text) => {
    const page = await admin.get(path());

    expect(page.status).toBe(200);
    expect(page.text).toContain(text);
    expect(Buffer.byteLength(page.text)).toBeLessThan(MOST_BYTES);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(page.text).not.toMatch(/<script(?![^>]*src="\/console\/assets\/)|\son\w+=|style="|(src|href)="(?![/?#])/);
  });

  it('answer what there is not with a page that says so', async () => {
    const nobody = '01999c5e-0000-7000-8000-00000000000f';

    for (const path of ['appointments', 'messages', 'webhooks', 'facilities']) {
      const page = await admin.get(`/console/${path}/${nobody}`);
      expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
      expect(page.text).toContain('Not found');
    }
    const unknown = await admin.get('/console/no/such/page');
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
  });

  it.each<[string, string, number]>([
    ['a notice that every object has', '/console?done=__proto__', 200],
    ['another', '/console?done=constructor', 200],
    ['a search at what is no facility', '/console/search?facilityId=nobody', 400],
    ['a search at two', '/console/search?facilityId=a&facilityId=b', 400],
    ['a search at any', '/console/search?facilityId=', 200],
  ])('take %s in an address for what it is', async (_, path, status) => {
    const page = await admin.get(path);

    expect([page.status, page.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
  });

  it('show one event, with what was read in it and what it changed', async () => {
    const { text } = await admin.get(`${facility}/webhooks?outcome=applied`);
    const page = await admin.get(/\/console\/webhooks\/[\w-]+/.exec(text)?.[0] ?? '');

    expect(page.text).toContain('appointmentId');
    expect(page.text).toContain('What it changed');
    expect(page.text).not.toContain('Testa Inventada');
  });

  it('mask the ids that an event gave a patient', async () => {
    const start = telling.nextStart();
    const { id } = await telling.sender.sent({
      action: 'scheduled',
      ...{ appointment_id: 'A-910', calendar_id: 'cal', appointment_type_id: 'type', datetime: start },
      patient: { name: 'Testa Inventada', phone: telling.nextPhone(), patient_id: 'PAT-0000123', temporary_patient_id: 'TMP-0000456' },
    });

    const { text } = await admin.get(`/console/webhooks/${id}`);

    expect(text).toContain('A-910');
    expect(text).toContain('••• 123');
    expect(text).toContain('••• 456');
    expect(text).not.toMatch(/PAT-0|TMP-0/);
  });

  it('explain a bad webhook by a dry run, and take a good one', async () => {
    const body = JSON.stringify({ action: 'scheduled', appointment_id: 'A-902', datetime: '2026-10-05T09:00:00+08:00', name: 'Testa' });
    const headers = Object.entries(signed(telling.sender.secret, 'msg_pasted', telling.clock.now(), body))
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n');

    const bad = await admin.post(`${facility}/webhooks/dry-run`, { headers, body: body.replace('A-902', 'A-903') });
    const good = await admin.post(`${facility}/webhooks/dry-run`, { headers, body });

    expect(bad.text).toContain('It would not be taken');
    expect(bad.text).toContain('no-matching-signature');
    expect(good.text).toContain('It would be taken');
  });

  it('do what the API does: sync, check, compare, replay, make a secret', async () => {
    const { text } = await admin.get(`${facility}/webhooks?outcome=rejected`);
    const event = /\/console\/webhooks\/[\w-]+/.exec(text)?.[0] ?? '';

    const done = [
      await admin.post(`${facility}/sync`),
      await admin.post(`${facility}/drift`, { isSmallerListExpected: 'on' }),
      await admin.post(`${event}/replay`),
      await admin.post(`${facility}/webhooks/replay`, { outcome: 'held', hours: '24' }),
    ];
    const checked = await admin.post(`${facility}/connection-check`);
    const rotated = await admin.post(`${facility}/webhook-secret`);

    expect(done.map(({ status }) => status)).toEqual([303, 303, 303, 303]);
    expect(checked.text).toContain('GET calendars');
    expect(rotated.text).toMatch(/whsec_/);
  });
});
