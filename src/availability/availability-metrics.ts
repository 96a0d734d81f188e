import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { MetricFamily } from '../common/metrics-text.js';
import { SlotHoldRepository } from './slot-hold.repository.js';

/** What there is to watch of availability: nothing of a patient, no ids; of all copies together. */
@Injectable()
export class AvailabilityMetrics {
  constructor(
    private readonly holds: SlotHoldRepository,
    private readonly clock: Clock,
  ) {}

  async read(): Promise<MetricFamily[]> {
    const open = await this.holds.countAllOpen(this.clock.now());
    return [
      {
        name: 'hub_slot_holds_open',
        help: 'Seats held for patients who still choose',
        type: 'gauge',
        samples: [{ labels: {}, value: open }],
      },
    ];
  }
}
