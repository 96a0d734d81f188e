import { Injectable } from '@nestjs/common';

/** What an appointment is now, in the words of what a patient may be told. */
export type SubjectState = 'pending' | 'scheduled' | 'checked-in' | 'canceled' | 'not-booked';

/** How the patient may change the appointment. `none`: not any more. */
export type ChangeWay = 'chat' | 'call' | 'handover' | 'none';

/** What a message is about, as it is at the moment of sending. Plain values. */
export interface SubjectNow {
  appointmentId: string;
  /** Whose it is now. */
  contactId: string;
  state: SubjectState;
  /** null: not known, or not sure: the patient is told that the hospital will confirm it. */
  start: Date | null;
  /** IANA, of the calendar, else of the facility. */
  zone: string;
  calendar: string | null;
  appointmentType: string | null;
  change: ChangeWay;
  /** Whom the patient calls, as the facility gives it. */
  phone: string | null;
  /** The hub's id of the channel address that whoever booked is answered at. */
  replyToId: string | null;
}

/**
 * What notifications must be able to read again before they are sent. This module knows no appointments: the one that does
 * registers itself.
 */
export interface MessageSubject {
  /** Those that there are, of one facility, in a number of statements that does not grow with the list. */
  readNow(facilityId: string, appointmentIds: readonly string[]): Promise<SubjectNow[]>;
}

/** Where the module above registers what messages are about. */
@Injectable()
export class MessageSubjects {
  private registered: MessageSubject | undefined;

  register(subject: MessageSubject): void {
    this.registered = subject;
  }

  get subject(): MessageSubject {
    if (!this.registered) throw new Error('No module has registered what messages are about');
    return this.registered;
  }
}
