import { Injectable } from '@nestjs/common';
import type { CalendarReferences } from '../calendars/calendar-references.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { DecidedEvent } from './event-decision-rules.js';
import { parseEvent, type ParsedEvent } from './event-parser.js';
import { readJsonObject } from './json-body-rules.js';
import { ReceivedEventsRepository, type UndecidedEvent } from './received-events.repository.js';
import { bodyPlaceOf } from './webhook-body.js';

/** A facility whose events are read, and what they are read with. */
export interface ReadingFacility {
  facility: Facility;
  references: CalendarReferences;
}

/** An event of the inbox, opened and read. */
export interface ReceivedEvent extends DecidedEvent {
  facilityId: string;
  isRepeat: boolean;
  /** Nobody has looked at it before. */
  isNew: boolean;
  /** The hub's, where it is known from an earlier look. */
  appointmentId: string | null;
  /** Of its delivery; null: nothing is traced. */
  traceparent: string | null;
}

/** Opens what lies in the inbox. */
@Injectable()
export class ReceivedEventsService {
  constructor(
    private readonly repository: ReceivedEventsRepository,
    private readonly cipher: FieldCipher,
  ) {}

  /** Those of these facilities that are not decided yet, oldest first. An event whose body is gone cannot be read again: it is left out. */
  async read(facilities: readonly ReadingFacility[], ids: readonly string[]): Promise<ReceivedEvent[]> {
    const byId = new Map(facilities.map(reading => [reading.facility.id, reading]));
    const rows = await this.repository.findUndecided([...byId.keys()], ids);
    return rows.flatMap(row => {
      const reading = byId.get(row.facilityId);
      return reading ? [this.received(row, reading)] : [];
    });
  }

  private received(row: UndecidedEvent, { facility, references }: ReadingFacility): ReceivedEvent {
    return {
      id: row.id,
      facilityId: row.facilityId,
      flags: row.flags,
      receivedAt: row.receivedAt,
      heldUntil: row.isHeld ? row.heldUntil : null,
      parsed: this.parse(row, facility, references),
      isRepeat: row.flags.includes('repeated'),
      isNew: row.isNew,
      appointmentId: row.appointmentId,
      traceparent: row.traceparent,
    };
  }

  /** The canonical names of the fields that are read in an event, never a value; null: its body is gone. */
  async fieldsOf(facility: Facility, references: CalendarReferences, id: string): Promise<string[] | null> {
    const row = await this.repository.findWithBody(facility.id, id);
    return row && this.parse(row, facility, references).fields;
  }

  private parse(row: UndecidedEvent, facility: Facility, references: CalendarReferences): ParsedEvent {
    const body = readJsonObject(Buffer.from(this.cipher.open(row.bodySealed, bodyPlaceOf(row)), 'utf8'));
    // What is no JSON object is not let in.
    if (!body.ok) throw new Error(`The body of the webhook event ${row.id} is no JSON object`);
    return parseEvent(body.object, {
      id: row.id,
      identity: row.identity,
      receivedAt: row.receivedAt,
      timezone: facility.timezone,
      zoneOfCalendar: externalId => references.timezoneOf(externalId),
    });
  }
}
