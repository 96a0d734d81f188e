import { ApiProperty } from '@nestjs/swagger';
import { HOSPITAL_EVENT_TYPES, type HospitalEventType } from '../appointments/hospital-event.js';
import { WEBHOOK_FLAGS, type WebhookFlag } from './webhook-event-state.js';

/** An event of a hospital, in the spelling the contract asks for; the contract has the others that are understood. For the documentation. */
export class HospitalEventDto {
  /**
   * appointmentCreated (scheduled), appointmentRescheduled (rescheduled), appointmentCanceled (canceled, cancelled), Queued
   * (queued) or patientCreated.
   * @example "appointmentRescheduled"
   */
  event!: string;
  /**
   * The same for each try; where the signature covers no webhook-id.
   * @example "evt-1001"
   */
  event_id?: string;
  /** @example "2026-03-02T08:15:00+08:00" */
  occurred_at?: string;
  /**
   * The hospital's own id.
   * @example "A-2001"
   */
  appointment_id?: string;
  /** The hub's id of the appointment, as it was sent with the booking. */
  external_reference?: string;
  /** @example "2026-03-09T09:30:00+08:00" */
  datetime?: string;
  /** @example "cal-cardiology" */
  calendar_id?: string;
  /** @example "type-consultation" */
  appointment_type_id?: string;
  /** @example "P-3001" */
  patient_id?: string;
  /** @example "T-3001" */
  temporary_patient_id?: string;
  /** @example "Testa Inventada" */
  name?: string;
  /** @example "1990-01-01" */
  date_of_birth?: string;
  /** @example "+639170000001" */
  phone?: string;
  /** @example "testa@example.org" */
  email?: string;
  /** @example "17" */
  queue_number?: string;
  reason?: string;
}

/** The event is stored. */
export class WebhookReceiptDto {
  /**
   * The event's, the same for every delivery of it.
   * @example "01999c5e-0000-7000-8000-000000000001"
   */
  id!: string;
  @ApiProperty({ enum: ['accepted', 'duplicate'] })
  status!: 'accepted' | 'duplicate';
}

export class DryRunSignatureDto {
  ok!: boolean;
  /** The check that failed: as in the 401 of the real endpoint. */
  @ApiProperty({ type: 'string', nullable: true, example: 'no-matching-signature' })
  code!: string | null;
  message!: string | null;
  /** What was signed instead, where that can be told: body-reserialized, body-reencoded, trimmed-body, wrong-scheme. */
  @ApiProperty({ type: 'string', nullable: true, example: 'body-reserialized' })
  hint!: string | null;
}

export class DryRunBodyDto {
  ok!: boolean;
  /** As in the 400 of the real endpoint. */
  code!: string | null;
  message!: string | null;
}

/** How the event is understood. */
export class DryRunEventDto {
  @ApiProperty({ enum: HOSPITAL_EVENT_TYPES, nullable: true })
  type!: HospitalEventType | null;
  /** Why it would not be applied, or not at once. */
  reason!: string | null;
  message!: string | null;
  /**
   * The fields that were found, by the hub's names for them; never a value.
   * @example ["appointmentId", "datetime"]
   */
  fields!: string[];
  @ApiProperty({ enum: WEBHOOK_FLAGS, isArray: true })
  flags!: WebhookFlag[];
}

/** What would become of a delivery. */
export class DryRunDto {
  /** It would be taken, and not be rejected. */
  ok!: boolean;
  signature!: DryRunSignatureDto;
  body!: DryRunBodyDto;
  /** null: the signature does not hold, or the body is no JSON object. */
  event!: DryRunEventDto | null;
  /** The hub's id of the appointment it would touch. */
  appointmentId!: string | null;
  /** The hub's id of the contact it would touch. */
  contactId!: string | null;
  /**
   * The fields that would change.
   * @example ["start"]
   */
  wouldChange!: string[];
}
