import { IsEmail, IsOptional } from 'class-validator';
import { CalendarDate, Id, OptionalDate, OptionalId, OptionalText, Text } from '../http/fields.js';

/** A booking's patient. */
export class PatientDto {
  @Text(200)
  name!: string;

  @OptionalDate()
  dateOfBirth?: string | null;

  @OptionalText(40)
  phone?: string | null;

  @IsOptional()
  @IsEmail({}, { message: 'must be an e-mail address' })
  email?: string | null;

  @OptionalText(40)
  gender?: string | null;

  @OptionalId()
  nationalId?: string | null;

  @OptionalId()
  patientId?: string | null;

  @OptionalId()
  temporaryPatientId?: string | null;
}

/** All three are needed: fewer would let a caller look through the patients. */
export class FindPatientDto {
  @Text(200)
  name!: string;

  @CalendarDate()
  dob!: string;

  @Id()
  phone!: string;
}

export class PermanentIdDto {
  /** Absent: the hospital draws one. */
  @OptionalId()
  patientId?: string | null;
}
