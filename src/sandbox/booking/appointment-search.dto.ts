import { IsOptional } from 'class-validator';
import { InstantText, OptionalId } from '../http/fields.js';
import { PageDto } from '../http/page.js';

/** One of `external_reference`, `patient_id`, `temporary_patient_id`, or `calendar_id` with `from` and `to`. Several narrow it down. */
export class AppointmentSearchDto extends PageDto {
  @OptionalId()
  externalReference?: string | null;

  @OptionalId()
  patientId?: string | null;

  @OptionalId()
  temporaryPatientId?: string | null;

  @OptionalId()
  calendarId?: string | null;

  /** Starts at or after. */
  @IsOptional()
  @InstantText()
  from?: string;

  /** Starts before. */
  @IsOptional()
  @InstantText()
  to?: string;
}
