import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { bookableWindow } from '../clinic/booking-policy.js';
import { ClinicDirectory } from '../clinic/clinic-directory.js';
import { seatsLeft } from '../clinic/interval.js';
import { zonedText } from '../clinic/local-time.js';
import { isOnGrid, type Offer } from '../clinic/slot-offer.js';
import { SlotNotAvailableError, TooFarAheadError, TooShortNoticeError } from '../hospital.errors.js';
import type { AppointmentPlace } from '../records/appointment.js';
import type { Actor } from '../records/hospital-event.js';
import { HospitalRecords } from '../records/hospital-records.js';

export interface WantedPlace {
  calendarId: string;
  appointmentTypeId: string | null;
  /** Epoch milliseconds. */
  startMs: number;
}

const MINUTE_MS = 60_000;

/** Says whether a visit can be had at a time, or throws why not. Reserves nothing: the caller records the appointment in the same turn. */
@Injectable()
export class SlotAllocationService {
  constructor(
    private readonly clock: Clock,
    private readonly directory: ClinicDirectory,
    private readonly records: HospitalRecords,
  ) {}

  /**
   * The place, if it is to be had. `movingId` is the appointment that moves there: its own seat counts as free. Staff may take any free
   * time; the hub only what the calendar offers.
   */
  allocate(wanted: WantedPlace, by: Actor, movingId: string | null = null): AppointmentPlace {
    const offer = this.directory.getOffer(wanted.calendarId, wanted.appointmentTypeId);
    if (by === 'hub') this.requireOffered(offer, wanted.startMs);
    const place = { ...wanted, endMs: wanted.startMs + offer.durationMinutes * MINUTE_MS };
    const others = this.records.occupying(wanted.calendarId).filter(({ id }) => id !== movingId);
    if (seatsLeft(place, others, offer.calendar.seats) > 0) return place;
    throw new SlotNotAvailableError(zonedText(wanted.startMs, offer.timezone), wanted.calendarId, 'taken');
  }

  private requireOffered(offer: Offer, startMs: number): void {
    const { policy, id } = offer.calendar;
    const window = bookableWindow(policy, this.clock.now().getTime(), offer.timezone);
    const start = zonedText(startMs, offer.timezone);
    if (startMs < window.earliestMs) throw new TooShortNoticeError(start, policy.minNoticeMinutes);
    if (startMs >= window.endMs) throw new TooFarAheadError(start, policy.maxDaysInAdvance);
    if (!isOnGrid(offer, startMs)) throw new SlotNotAvailableError(start, id, 'off-grid');
  }
}
