import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Metrics } from '../common/metrics.js';
import { SlotHoldRepository } from './slot-hold.repository.js';

/** What there is to watch of availability: nothing of a patient, no ids; of all copies together. */
@Injectable()
export class AvailabilityMetrics {
  constructor(holds: SlotHoldRepository, clock: Clock, metrics: Metrics) {
    const open = metrics.storedGauge('hub_slot_holds_open', 'Seats held for patients who still choose');
    metrics.onReading(async () => {
      open.set(await holds.countAllOpen(clock.now()));
    });
  }
}
