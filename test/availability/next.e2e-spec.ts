import { randomUUID } from 'node:crypto';
import { answering, failing, startScene, type Scene } from './a-month.js';

describe('The earliest slots', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({ config: { availabilityTimeoutMs: 1_000 } });
  });
  afterAll(() => scene.close());
  beforeEach(() => {
    scene.clock.advance(60_000);
    scene.offers({
      'cal-1': ['2026-03-09T10:00:00+08:00', '2026-04-06T09:00:00+08:00'],
      'cal-2': ['2026-03-09T09:00:00+08:00 x2', '2026-06-30T09:00:00+08:00', '2026-07-01T09:00:00+08:00'],
    });
    scene.hospital.requests.length = 0;
  });

  const starts = (body: { data: { start: string }[] }): string[] => body.data.map(slot => slot.start.slice(0, 16));

  it('are those of all calendars that offer the type, in order of time', async () => {
    const { calendarId, appointmentTypeId } = scene.ids('cal-2');

    const answer = await scene.next({ appointmentTypeId, limit: '2' });

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      data: [
        { calendarId, appointmentTypeId, start: '2026-03-09T09:00:00+08:00', end: '2026-03-09T09:30:00+08:00', available: 2 },
        { ...scene.ids('cal-1'), start: '2026-03-09T10:00:00+08:00', end: '2026-03-09T10:30:00+08:00', available: 1 },
      ],
      freshness: { source: 'live', fetchedAt: expect.stringContaining('+08:00') as string },
      failedCalendarIds: [],
    });
    expect(scene.calls().map(call => call.query.get('month'))).toEqual(['2026-03', '2026-03']);
  });

  it('are looked for three months ahead, and no further', async () => {
    const answer = await scene.next(scene.ids('cal-2'));

    expect(starts(answer.body)).toEqual(['2026-03-09T09:00', '2026-06-30T09:00']);
    expect(scene.calls().map(call => call.query.get('month'))).toEqual(['2026-03', '2026-04', '2026-05', '2026-06']);
  });

  it('begin at the instant that was asked for, or after it', async () => {
    const answer = await scene.next({ from: '2026-03-09T10:00:00+08:00', limit: '1' });
    const later = await scene.next({ from: '2026-03-09T02:00:00.001Z', limit: '1' });

    expect(starts(answer.body)).toEqual(['2026-03-09T10:00']);
    expect(starts(later.body)).toEqual(['2026-04-06T09:00']);
  });

  it('name the calendar that failed, and are given without it', async () => {
    const answers = answering({ 'cal-1': ['2026-03-09T10:00:00+08:00'] });
    const fails = failing();
    scene.hospital.on('GET /availability', (request, response) => {
      (request.query.get('calendar_id') === 'cal-2' ? fails : answers)(request, response);
    });

    const answer = await scene.next({ from: '2026-07-01T00:00:00+08:00' });

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ data: [], failedCalendarIds: [scene.ids('cal-2').calendarId] });
  });

  it('are the last known of a calendar that fails, and then stale altogether', async () => {
    await scene.next({ limit: '2' });
    scene.clock.advance(60_000);
    scene.hospital.on('GET /availability', failing());

    const answer = await scene.next({ limit: '2' });

    expect(starts(answer.body)).toEqual(['2026-03-09T09:00', '2026-03-09T10:00']);
    expect(answer.body).toMatchObject({ freshness: { source: 'stale' }, failedCalendarIds: [] });
  });

  it('are answered 503 where nothing is known of any calendar', async () => {
    scene.hospital.on('GET /availability', failing());

    const answer = await scene.next({ from: '2027-01-01T00:00:00Z' });

    expect(answer).toMatchObject({ status: 503, body: { code: 'upstream-error' } });
  });

  it('are none without a calendar that offers the type, and not there for unknown ids', async () => {
    const none = await scene.next({ ...scene.ids('cal-2', 'type-2'), calendarId: scene.ids('cal-1').calendarId });
    const unknown = await scene.next({ calendarId: randomUUID() });

    expect(none.body).toMatchObject({ data: [], freshness: { source: 'live' }, failedCalendarIds: [] });
    expect(unknown.status).toBe(404);
  });

  it.each([
    { query: { limit: '0' }, field: 'limit' },
    { query: { limit: '51' }, field: 'limit' },
    { query: { from: '2026-03-09' }, field: 'from' },
    { query: { calendarId: 'x' }, field: 'calendarId' },
  ])('are refused for $query', async ({ query, field }) => {
    const answer = await scene.next(query as unknown as Record<string, string>);

    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });
});
