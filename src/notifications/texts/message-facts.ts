import type { ChangeWay } from '../message-subject.js';

/** What a text may say of an appointment. */
export interface MessageFacts {
  /** Its name. */
  facility: string;
  calendar: string | null;
  appointmentType: string | null;
  /** null: the hospital will confirm the time. */
  start: Date | null;
  /** IANA: where the appointment is. */
  zone: string;
  /** As the facility gives it. */
  phone: string | null;
  change: ChangeWay;
}
