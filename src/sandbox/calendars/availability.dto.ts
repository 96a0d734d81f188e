import { Id, MonthText, OptionalId } from '../http/fields.js';

export class AvailabilityDto {
  /** `YYYY-MM`, in the calendar's zone. */
  @MonthText()
  month!: string;

  @Id()
  calendarId!: string;

  /** Left out for a calendar that keeps no types. */
  @OptionalId()
  appointmentTypeId?: string | null;
}
