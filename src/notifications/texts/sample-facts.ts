import { Temporal } from '../../common/temporal.js';
import type { MessageFacts } from './message-facts.js';

/** An appointment that there is not, for previews: in the afternoon, so that a wrong clock shows. */
export function sampleFacts(facility: { name: string; timezone: string }): MessageFacts {
  const start = Temporal.PlainDateTime.from('2027-09-29T14:30').toZonedDateTime(facility.timezone);
  return {
    facility: facility.name,
    calendar: 'Dr. Testa Inventada',
    appointmentType: 'Consultation',
    start: new Date(start.epochMilliseconds),
    zone: facility.timezone,
    phone: '+63917 000 0001',
    change: 'chat',
  };
}
