import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { ClinicDirectory } from '../clinic/clinic-directory.js';
import { offeredSlots } from '../clinic/slot-offer.js';
import { HospitalRecords } from '../records/hospital-records.js';
import { SandboxSettings } from '../sandbox-settings.js';
import type { AvailabilityDto } from './availability.dto.js';
import { availabilityView, type DayView, type FlatSlotView } from './availability.view.js';

@Injectable()
export class AvailabilityService {
  constructor(
    private readonly clock: Clock,
    private readonly directory: ClinicDirectory,
    private readonly records: HospitalRecords,
    private readonly settings: SandboxSettings,
  ) {}

  /** The month's slots that may be booked now; empty for a month that is past or too far ahead. */
  ofMonth(dto: AvailabilityDto): FlatSlotView[] | DayView[] {
    const offer = this.directory.getOffer(dto.calendarId, dto.appointmentTypeId ?? null);
    const slots = offeredSlots(offer, dto.month, this.clock.now().getTime(), this.records.occupying(dto.calendarId));
    return availabilityView(slots, offer.timezone, this.settings.dialect);
  }
}
