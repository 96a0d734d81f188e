import { OptionalId } from '../http/fields.js';

export class CheckInDto {
  /** Absent: the next number of that calendar and day. */
  @OptionalId()
  queueNumber?: string | null;
}
