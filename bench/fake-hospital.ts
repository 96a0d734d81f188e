import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** An upstream that costs next to nothing and answers after a set time. A process of its own, on PORT. */
const AVAILABILITY_MS = Number(process.env['AVAILABILITY_MS']);
const BOOKING_MS = Number(process.env['BOOKING_MS']);
const CALENDARS = 4;

const counts = { calendars: 0, availability: 0, appointments: 0 };

const server = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const url = new URL(request.url ?? '/', 'http://hospital.test');
    void answer(`${request.method ?? ''} ${url.pathname}`, url.searchParams, Buffer.concat(chunks).toString('utf8')).then(body => {
      response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
});

async function answer(endpoint: string, query: URLSearchParams, body: string): Promise<unknown> {
  switch (endpoint) {
    case 'GET /api/v1/calendars':
      counts.calendars += 1;
      return Array.from({ length: CALENDARS }, (_, index) => calendar(index + 1));
    case 'GET /api/v1/availability':
      counts.availability += 1;
      await delay(AVAILABILITY_MS);
      return slots(query.get('month') ?? '');
    case 'POST /api/v1/appointments': {
      counts.appointments += 1;
      const id = counts.appointments;
      await delay(BOOKING_MS);
      return booked(id, JSON.parse(body) as Record<string, unknown>);
    }
    case 'GET /counts':
      return counts;
    default:
      return null;
  }
}

function calendar(number: number): object {
  const appointment_types = [{ id: 'consultation', name: 'Consultation', duration_minutes: 30 }];
  return { id: `cal-${number}`, name: `Dr. Test ${number}`, timezone: 'Asia/Manila', appointment_types };
}

/** Every day from 08:00 to 18:00, half-hourly: about 600 in a month. Bookings leave them as they are. */
function slots(month: string): object[] {
  const [year = 0, monthNumber = 0] = month.split('-').map(Number);
  const days = new Date(Date.UTC(year, monthNumber, 0)).getUTCDate();
  return Array.from({ length: days * 20 }, (_, index) => {
    const date = `${month}-${String(Math.floor(index / 20) + 1).padStart(2, '0')}`;
    const half = 16 + (index % 20);
    return { start: `${date}T${time(half)}:00+08:00`, end: `${date}T${time(half + 1)}:00+08:00`, slots_available: 1 };
  });
}

function time(halfHours: number): string {
  return `${String(Math.floor(halfHours / 2)).padStart(2, '0')}:${halfHours % 2 === 0 ? '00' : '30'}`;
}

function booked(id: number, { calendar_id, datetime, external_reference }: Record<string, unknown>): object {
  return { appointment_id: `A-${id}`, temporary_patient_id: `T-${id}`, status: 'scheduled', calendar_id, datetime, external_reference };
}

server.listen(Number(process.env['PORT']), '127.0.0.1');
