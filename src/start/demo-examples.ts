import type { INestApplicationContext } from '@nestjs/common';
import { MikroORM } from '@mikro-orm/core';
import type { AppointmentDto } from '../appointments/appointment.dto.js';
import { AppointmentsService } from '../appointments/appointments.service.js';
import type { NextSlotDto } from '../availability/availability.dto.js';
import { NextSlotsService } from '../availability/next-slots.service.js';
import { Clock } from '../common/clock.js';
import { asWorker } from '../database/worker-context.js';
import { INVENTED, type ExampleValues } from '../docs/example-values.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { WebhookTokens } from '../facilities/webhook-tokens.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { mayBeResent } from '../notifications/resend-rules.js';
import { WebhookLogService } from '../webhooks/webhook-log.service.js';
import { apart } from './slot-apart.js';
import { STARTER } from './starter.js';

const HOUR_MS = 3_600_000;
/** So far ahead no cutoff is near, and `npm run journeys` has other slots. */
export const EXAMPLES_AHEAD_MS = 7 * 24 * HOUR_MS;

/** What may be moved or canceled of the demo facility, newest first. */
export async function changeableAppointments(app: INestApplicationContext, facilityId: string): Promise<AppointmentDto[]> {
  const from = new Date(app.get(Clock).now().getTime() + 24 * HOUR_MS).toISOString();
  const { data } = await app.get(AppointmentsService).list(STARTER, facilityId, { status: 'SCHEDULED', from, limit: 50 });
  return data.filter(
    ({ canReschedule, canCancel, pendingChange, calendarId }) =>
      canReschedule.allowed && canCancel.allowed && pendingChange === null && calendarId !== null,
  );
}

/** Free slots of one calendar and type that do not overlap: of `wanted`, if given. Throws `AvailabilityUnknownError`. */
export async function exampleSlots(
  app: INestApplicationContext,
  facilityId: string,
  wanted?: Pick<AppointmentDto, 'calendarId' | 'appointmentTypeId'>,
): Promise<NextSlotDto[]> {
  const from = new Date(app.get(Clock).now().getTime() + EXAMPLES_AHEAD_MS).toISOString();
  const { calendarId, appointmentTypeId } = wanted ?? {};
  const { data } = await app.get(NextSlotsService).find(STARTER, facilityId, {
    from,
    limit: 50,
    ...(calendarId && appointmentTypeId ? { calendarId, appointmentTypeId } : {}),
  });
  const [first] = data;
  return apart(data.filter(slot => slot.calendarId === first?.calendarId && slot.appointmentTypeId === first.appointmentTypeId));
}

/** Examples that work when they are sent as they are: ids of what the demo facility has, and slots that are free now. */
export async function demoExamples(app: INestApplicationContext, facilityId: string): Promise<ExampleValues> {
  return asWorker(app.get(MikroORM).em, async () => {
    const [moved, canceled] = await changeableAppointments(app, facilityId);
    const slots = await exampleSlots(app, facilityId, moved).catch(() => []);
    const { scheduler } = await app.get(FacilitiesService).getDto(STARTER, facilityId);
    return {
      ...INVENTED,
      ...ofSlots(slots),
      ...(await ofRecords(app, facilityId)),
      ...(moved ? { appointmentId: moved.id, contactId: moved.contactId } : {}),
      ...(canceled ? { canceledAppointmentId: canceled.id } : {}),
      facilityId,
      // Opens nothing without the secret, by which events are signed.
      token: app.get(WebhookTokens).tokenOf(facilityId),
      now: app.get(Clock).now().toISOString(),
      schedulerUrl: scheduler.baseUrl,
    };
  });
}

/** The last ones: the first are what people who try something else take. */
function ofSlots(slots: readonly NextSlotDto[]): Partial<ExampleValues> {
  const [first, other, held, patient] = slots.slice(-4);
  if (!first || !other || !held || !patient) return {};
  const { calendarId, appointmentTypeId, start } = first;
  const starts = { start, otherStart: other.start, heldStart: held.start, patientStart: patient.start };
  return { calendarId, appointmentTypeId, month: start.slice(0, 7), ...starts };
}

async function ofRecords(app: INestApplicationContext, facilityId: string): Promise<Partial<ExampleValues>> {
  const messages = await app.get(NotificationsService).list(STARTER, facilityId, { limit: 20 });
  const events = await app.get(WebhookLogService).list(STARTER, facilityId, { limit: 1 });
  const message = messages.data.find(mayBeResent) ?? messages.data[0];
  const event = events.data[0];
  return { ...(message ? { notificationId: message.id } : {}), ...(event ? { webhookEventId: event.id } : {}) };
}
