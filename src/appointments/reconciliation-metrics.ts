import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Metrics, setAll } from '../common/metrics.js';
import { AppointmentRepository } from './appointment.repository.js';
import { UnknownOutcomeRepository } from './unknown-outcome.repository.js';
import type { AttemptKind } from './upstream-attempt.entity.js';

const KINDS: readonly AttemptKind[] = ['book', 'reschedule', 'cancel'];
const DAY_MS = 86_400_000;

/** What there is to watch of calls whose outcome is not known: nothing of a patient, no ids; of all copies together. */
@Injectable()
export class ReconciliationMetrics {
  constructor(
    private readonly outcomes: UnknownOutcomeRepository,
    private readonly appointments: AppointmentRepository,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.readOutcomes(metrics);
    const inReview = metrics.storedGauge('hub_appointments_needing_review', 'Appointments that wait for a person, 100,000 at most');
    metrics.onReading(async () => {
      inReview.set(await this.appointments.countInReview());
    });
  }

  private readOutcomes(metrics: Metrics): void {
    const open = metrics.storedGauge('hub_unknown_outcomes', 'Calls to hospitals of which it is being learned what became of them', [
      'kind',
    ]);
    const oldest = metrics.storedGauge('hub_unknown_outcomes_oldest_seconds', 'Age of the oldest of them; 0 where there is none', ['kind']);
    const ended = metrics.storedGauge(
      'hub_unknown_outcomes_ended_last_day',
      'Unknown outcomes that have ended, by what ended them, of the last 24 hours',
      ['by'],
    );
    metrics.onReading(async () => {
      const now = this.clock.now();
      const backlog = new Map((await this.outcomes.backlog(now)).map(row => [row.kind, row]));
      const endings = await this.outcomes.endedSince(new Date(now.getTime() - DAY_MS));
      for (const kind of KINDS) {
        const row = backlog.get(kind);
        open.set({ kind }, row?.count ?? 0);
        oldest.set({ kind }, row ? Math.max(0, now.getTime() - row.oldestMs) / 1_000 : 0);
      }
      setAll(
        ended,
        endings.map(({ by, count }) => [{ by }, count]),
      );
    });
  }
}
