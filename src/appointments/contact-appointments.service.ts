import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { CalendarsService } from '../calendars/calendars.service.js';
import { Clock } from '../common/clock.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import type { Facility } from '../facilities/facility.entity.js';
import { ContactHasOpenAppointmentsError } from './appointment.errors.js';
import type { AppointmentDto, TimelineEntryDto } from './appointment.dto.js';
import { sealedPlaceOf, toAppointmentDto, toTimelineEntryDto } from './appointment.mapper.js';
import { ContactAppointmentsRepository } from './contact-appointments.repository.js';

/** An appointment with all that was said about it. */
export interface AppointmentRecord {
  appointment: AppointmentDto;
  /** What was noted when it was booked. */
  notes: string | null;
  /** Oldest first. */
  timeline: TimelineEntryDto[];
}

/** What appointments hold of a patient: to be handed out, or forgotten. */
@Injectable()
export class ContactAppointmentsService {
  constructor(
    private readonly repository: ContactAppointmentsRepository,
    private readonly calendars: CalendarsService,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  /** Newest first. */
  async records(facility: Facility, contactIds: readonly string[], limit: number): Promise<AppointmentRecord[]> {
    const rows = await this.repository.find(facility.id, contactIds, limit);
    const ids = rows.map(({ id }) => id);
    const events = Map.groupBy(await this.repository.timelines(facility.id, ids), event => event.appointmentId);
    const zones = await this.calendars.timezonesOf(facility);
    return rows.map(row => {
      const zone = zones.get(row.calendarId ?? '') ?? facility.timezone;
      return {
        appointment: toAppointmentDto(row, facility, zone, this.cipher, this.clock.now()),
        notes: this.cipher.openOptional(row.notesSealed, sealedPlaceOf(row, 'notes_sealed')),
        timeline: (events.get(row.id) ?? []).map(event => toTimelineEntryDto(event, zone, this.cipher)),
      };
    });
  }

  /** The ids of all, locked in the transaction of `em`, after the contacts. Throws `ContactHasOpenAppointmentsError`. */
  async lockClosed(em: EntityManager, facilityId: string, contactIds: readonly string[]): Promise<string[]> {
    const rows = await this.repository.lock(em, facilityId, contactIds, this.clock.now());
    const open = rows.filter(({ isOpen }) => isOpen).map(({ id }) => id);
    if (open.length > 0) throw new ContactHasOpenAppointmentsError(open);
    return rows.map(({ id }) => id);
  }

  /** Times, status and the hospital's own id of the appointment stay; whose it was, and what was written about it, does not. */
  async empty(em: EntityManager, facilityId: string, ids: readonly string[], now: Date): Promise<void> {
    await this.repository.empty(em, facilityId, ids, now);
  }
}
