import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { MetricFamily } from '../common/metrics-text.js';
import { AppointmentRepository } from './appointment.repository.js';
import { UnknownOutcomeRepository } from './unknown-outcome.repository.js';
import type { AttemptKind } from './upstream-attempt.entity.js';

const KINDS: readonly AttemptKind[] = ['book', 'reschedule', 'cancel'];

/** What there is to watch of calls whose outcome is not known: nothing of a patient, no ids; of all copies together. */
@Injectable()
export class ReconciliationMetrics {
  constructor(
    private readonly outcomes: UnknownOutcomeRepository,
    private readonly appointments: AppointmentRepository,
    private readonly clock: Clock,
  ) {}

  async read(): Promise<MetricFamily[]> {
    const backlog = new Map((await this.outcomes.backlog()).map(row => [row.kind, row]));
    const nowMs = this.clock.now().getTime();
    const ages = KINDS.map(kind => {
      const oldestMs = backlog.get(kind)?.oldestMs ?? nowMs;
      return { labels: { kind }, value: Math.max(0, nowMs - oldestMs) / 1_000 };
    });
    return [
      {
        name: 'hub_unknown_outcomes',
        help: 'Calls to hospitals of which it is being learned what became of them',
        type: 'gauge',
        samples: KINDS.map(kind => ({ labels: { kind }, value: backlog.get(kind)?.count ?? 0 })),
      },
      {
        name: 'hub_unknown_outcomes_oldest_seconds',
        help: 'Age of the oldest of them; 0 where there is none',
        type: 'gauge',
        samples: ages,
      },
      {
        name: 'hub_unknown_outcomes_ended',
        help: 'Unknown outcomes that have ended, by what ended them, of the last 24 hours',
        type: 'gauge',
        samples: (await this.outcomes.endedSince(new Date(nowMs - 24 * 3_600_000))).map(({ by, count }) => ({
          labels: { by },
          value: count,
        })),
      },
      {
        name: 'hub_appointments_needing_review',
        help: 'Appointments that wait for a person',
        type: 'gauge',
        samples: [{ labels: {}, value: await this.appointments.countInReview() }],
      },
    ];
  }
}
