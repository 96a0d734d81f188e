import { answerJson, startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';

const SLOTS_A_DAY = 60;

/** A hospital that has seats for everybody on every day, does whatever it is asked, and keeps nothing. */
export async function startFuzzHospital(): Promise<FakeHospital> {
  const hospital = await startFakeHospital();
  let booked = 0;
  hospital.on('GET /calendars', [
    { id: 'c1', name: 'Dr. Test', timezone: 'Asia/Manila', appointmentTypes: [{ id: 't1', name: 'Visit', durationMinutes: 15 }] },
  ]);
  hospital.on('GET /availability', ({ query }, response) => {
    const month = query.get('month') ?? '2026-01';
    const days = Array.from({ length: 28 }, (_, i) => `${month}-${String(i + 1).padStart(2, '0')}`);
    answerJson(
      response,
      200,
      days.flatMap(day => slotsOf(day)),
    );
  });
  hospital.on('POST /appointments', (request, response) => {
    const { datetime, external_reference } = JSON.parse(request.body) as Record<string, string>;
    booked++;
    answerJson(response, 200, {
      appointmentId: `fuzz-${booked}`,
      calendarId: 'c1',
      appointmentTypeId: 't1',
      datetime,
      external_reference,
      status: 'scheduled',
    });
  });
  for (const act of ['reschedule', 'cancel']) {
    hospital.on(`PUT /appointments/:id/${act}`, (request, response) => {
      const { appointment_id, datetime } = JSON.parse(request.body) as Record<string, string>;
      const status = act === 'cancel' ? 'canceled' : 'scheduled';
      answerJson(response, 200, { appointmentId: appointment_id, calendarId: 'c1', appointmentTypeId: 't1', datetime, status });
    });
  }
  return hospital;
}

function slotsOf(day: string): object[] {
  return Array.from({ length: SLOTS_A_DAY }, (_, i) => {
    const minutes = 7 * 60 + i * 15;
    const time = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
    return { start: `${day}T${time}:00+08:00`, available: 3 };
  }).filter((_, i) => 7 * 60 + i * 15 < 24 * 60);
}
