import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { Id, InstantText, OptionalId, OptionalText } from '../http/fields.js';
import { PatientDto } from '../patients/patient.dto.js';

export class CreateAppointmentDto {
  @Id()
  calendarId!: string;

  @OptionalId()
  appointmentTypeId?: string | null;

  @InstantText()
  datetime!: string;

  @IsObject({ message: 'must be an object with at least a name' })
  @ValidateNested()
  @Type(() => PatientDto)
  patient!: PatientDto;

  @OptionalId()
  externalReference?: string | null;

  @OptionalText(2000)
  notes?: string | null;
}

export class RescheduleAppointmentDto {
  /** May be left out, as the URL says it; where it is given it must be the same. */
  @OptionalId()
  appointmentId?: string | null;

  @InstantText()
  datetime!: string;

  /** Absent: the present one. */
  @OptionalId()
  calendarId?: string | null;

  /** Absent: the present one; at another calendar, none. */
  @OptionalId()
  appointmentTypeId?: string | null;
}

export class CancelAppointmentDto {
  @OptionalId()
  appointmentId?: string | null;

  @OptionalText(500)
  reason?: string | null;
}
