import { randomUUID } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { BookingService } from '../appointments/booking.service.js';
import { DomainError } from '../common/domain-error.js';
import { changeableAppointments, exampleSlots } from './demo-examples.js';
import { STARTER } from './starter.js';

/** One to be moved, one to be canceled. */
const WANTED = 2;
const PATIENT = { name: 'Maria Santos (invented)', dateOfBirth: '1990-04-23', phone: '+639170000100', gender: 'female' as const };

/**
 * Books, until the demo facility has as many appointments that the examples of Swagger UI can change. The start does without where the
 * hospital says no, or the patient has had their quota: it is only for show.
 */
export async function ensureDemoAppointments(app: INestApplicationContext, facilityId: string): Promise<void> {
  const lacking = WANTED - (await changeableAppointments(app, facilityId)).length;
  if (lacking <= 0) return;
  try {
    for (const { calendarId, appointmentTypeId, start } of (await exampleSlots(app, facilityId)).slice(0, lacking)) {
      const booking = { contact: PATIENT, calendarId, appointmentTypeId, start };
      await app.get(BookingService).book(STARTER, facilityId, randomUUID(), booking, new AbortController().signal);
    }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
  }
}
