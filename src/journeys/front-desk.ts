import type { ApiClient } from './api-client.js';
import { JourneyFailedError } from './journey-failed.error.js';
import { list, object, text, type Json } from './json.js';
import { comingMonths, earliestStart, inventedPatient, type Setting } from './setting.js';

/** The hospital's front desk, and what the hub makes of the webhooks that follow its actions. */
export class FrontDesk {
  constructor(
    private readonly hub: ApiClient,
    private readonly hospital: ApiClient,
    private readonly setting: Setting,
    private readonly now: Date,
  ) {}

  /** Without a target no webhook would ever come: say so at once. */
  async mustTellTheHub(): Promise<void> {
    this.hospital.heading("The hospital's own staff");
    const webhook = await this.hospital.read('/staff/webhook');
    this.hospital.check(webhook?.['status'] === 'connected', 'the hospital knows where to send its webhooks');
  }

  /** Somebody whom the hub has never seen is booked at the desk. Returns the event as the hospital answers it. */
  async book(): Promise<Json> {
    const { hospitalCalendarId: calendar_id, hospitalTypeId: appointment_type_id } = this.setting;
    const booking = { calendar_id, appointment_type_id, datetime: await this.freeStart(), patient: inventedPatient() };
    return this.hospital.send('Staff book for a patient whom the hub has never seen', 'POST', '/staff/appointments', 201, booking);
  }

  /** One of the hospital's own free times. */
  async freeStart(): Promise<string> {
    const { hospitalCalendarId: calendar_id, hospitalTypeId } = this.setting;
    for (const month of comingMonths(this.now)) {
      const query = new URLSearchParams({ month, calendar_id, ...(hospitalTypeId && { appointment_type_id: hospitalTypeId }) });
      const slots = (await this.hospital.read(`/api/v1/availability?${query.toString()}`)) as Json[] | null;
      const slot = slots?.find(({ start }) => typeof start === 'string' && Date.parse(start) > earliestStart(this.now));
      if (slot) return text(slot, 'start');
    }
    throw new JourneyFailedError('The hospital has no free time in three months');
  }

  act(step: string, path: string, body: Json = {}): Promise<Json> {
    return this.hospital.send(step, 'POST', `/staff${path}`, 200, body);
  }

  /** The hub's record of the hospital's appointment, as soon as it is as expected. */
  async record(event: Json, what: string, isExpected: (appointment: Json) => boolean): Promise<Json> {
    const appointmentId = text(object(event, 'appointment'), 'appointment_id');
    const path = `/facilities/${this.setting.facilityId}/appointments?${new URLSearchParams({ appointmentId }).toString()}`;
    const answer = await this.awaited(event, what, path, found => list(found, 'data').some(isExpected));
    const [appointment] = list(answer, 'data');
    if (!appointment) throw new JourneyFailedError('The hub knows no such appointment');
    return appointment;
  }

  /** What the hub answers, as soon as it is as expected; then what became of the event's webhook, also where the hub's answer never came. */
  async awaited(event: Json, what: string, path: string, isExpected: (answer: Json) => boolean): Promise<Json> {
    try {
      return await this.hub.readUntil(what, path, isExpected);
    } finally {
      await this.sayDelivery(event);
    }
  }

  private async sayDelivery(event: Json): Promise<void> {
    const deliveries = (await this.hospital.read('/staff/webhook-deliveries')) as Json[] | null;
    const appointment = event['appointment'] as Json | null;
    const delivery = deliveries?.find(
      sent => sent['type'] === event['type'] && sent['appointment_id'] === (appointment?.['appointment_id'] ?? null),
    );
    this.hospital.say(delivery ? `The webhook: ${JSON.stringify(delivery)}` : 'The hospital has sent no webhook');
  }
}
