import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { MikroORM } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { asWorker } from '../database/worker-context.js';
import { Clock } from '../common/clock.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { LedgerService } from '../notifications/ledger.service.js';
import { occasionOfReminder } from '../notifications/occasion.js';
import { RemindersRepository, type DueReminder } from './reminders.repository.js';

const BATCH = 500;
/** In one tick; the rest waits for the next. */
const MOST_BATCHES = 40;

/** Each minute: writes down the reminders whose moment has come. Any number of copies may do so at once: each is written once. */
@Injectable()
export class RemindersCron implements OnModuleDestroy {
  private readonly logger = new Logger(RemindersCron.name);
  private isStopping = false;

  constructor(
    private readonly orm: MikroORM,
    private readonly em: EntityManager,
    private readonly reminders: RemindersRepository,
    private readonly facilities: FacilitiesService,
    private readonly ledger: LedgerService,
    private readonly clock: Clock,
  ) {}

  /** Never throws. */
  @Cron(CronExpression.EVERY_MINUTE)
  async tick(): Promise<void> {
    try {
      for (let batch = 0; batch < MOST_BATCHES && !this.isStopping; batch++) {
        const written = await asWorker(this.orm.em, () => this.writeDue());
        if (written < BATCH) return;
      }
    } catch (error) {
      this.logger.error({ msg: 'Due reminders could not be written down', ...unexpectedFailure(error) });
    }
  }

  onModuleDestroy(): void {
    this.isStopping = true;
  }

  private async writeDue(): Promise<number> {
    const due = await this.reminders.due(this.clock.now(), BATCH);
    for (const [facilityId, reminders] of Map.groupBy(due, reminder => reminder.facilityId)) {
      const facility = await this.facilities.find(facilityId);
      if (facility) await this.em.transactional(em => this.ledger.expect(em, facility, reminders.map(messageOf)), { clear: true });
    }
    return due.length;
  }
}

function messageOf({ appointmentId, contactId, revision, start, minutesBefore }: DueReminder) {
  const occasion = occasionOfReminder(minutesBefore, start);
  return { appointmentId, contactId, kind: 'reminder' as const, source: 'reminder' as const, revision, start, occasion };
}
