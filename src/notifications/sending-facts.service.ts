import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { ReachableContactsService } from '../contacts/reachable-contacts.service.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { Reach } from './channel-choice.js';
import { MessageSubjects, type SubjectNow } from './message-subject.js';
import type { ClaimedNotification } from './outbox.repository.js';
import { SmsBudget } from './sms-budget.js';
import { spendingDay } from './spending-day-rules.js';
import { SendingFactsRepository, type LedgerNeighbour, type MadeAttempt } from './sending-facts.repository.js';

/** What is known of messages of one facility that are looked at together, as it is now. */
export interface SendingFacts {
  facility: Facility;
  now: Date;
  /** Ids of the messages themselves. */
  inHand: ReadonlySet<string>;
  neighbours: readonly LedgerNeighbour[];
  subjectOf(row: ClaimedNotification): SubjectNow | null;
  sms: SmsBudget;
  attemptsOf(row: Pick<ClaimedNotification, 'id'>): MadeAttempt[];
  reachOf(subject: SubjectNow): Reach & { locale: string | null };
}

const NOWHERE: Reach & { locale: string | null } = { replyTo: null, addresses: [], phone: null, locale: null };

/** Reads again, before each try, what a message is about and whom it is for. */
@Injectable()
export class SendingFactsService {
  constructor(
    private readonly em: EntityManager,
    private readonly facilities: FacilitiesService,
    private readonly subjects: MessageSubjects,
    private readonly contacts: ReachableContactsService,
    private readonly repository: SendingFactsRepository,
    private readonly clock: Clock,
  ) {}

  /** In a number of statements that does not grow with `rows`. null: the facility is gone. */
  async load(facilityId: string, rows: readonly ClaimedNotification[]): Promise<SendingFacts | null> {
    const facility = await this.facilities.find(facilityId);
    if (!facility) return null;
    const ids = rows.map(row => row.id);
    const appointmentIds = [...new Set(rows.map(row => row.appointmentId))];
    // First the appointments, then the ledger: a change that comes between has its row there, and nobody is told twice of it.
    const found = await this.subjects.subject.readNow(facilityId, appointmentIds);
    const [reaches, neighbours, attempts, sms] = await Promise.all([
      this.reaches(facilityId, found),
      this.repository.neighbours(this.em, facilityId, appointmentIds),
      this.repository.attempts(this.em, facilityId, ids),
      this.budgetOf(facility),
    ]);
    const subjects = new Map(found.map(subject => [subject.appointmentId, subject]));
    const byRow = Map.groupBy(attempts, attempt => attempt.notificationId);
    return {
      facility,
      now: this.clock.now(),
      inHand: new Set(ids),
      neighbours,
      sms,
      subjectOf: row => subjects.get(row.appointmentId) ?? null,
      attemptsOf: row => byRow.get(row.id) ?? [],
      reachOf: subject => reaches.get(subject.appointmentId) ?? NOWHERE,
    };
  }

  private async budgetOf({ id, timezone, notifications }: Facility): Promise<SmsBudget> {
    const { day } = spendingDay(this.clock.now(), timezone);
    const { smsDailyCap: cap, channels } = notifications;
    const isCapped = cap !== null && channels.some(({ channel }) => channel === 'sms');
    return new SmsBudget(day, isCapped ? cap - (await this.repository.smsSpent(this.em, id, day)) : null);
  }

  private async reaches(facilityId: string, subjects: readonly SubjectNow[]): Promise<Map<string, Reach & { locale: string | null }>> {
    const replyToIds = subjects.flatMap(({ replyToId }) => replyToId ?? []);
    const [contacts, replies] = await Promise.all([
      this.contacts.reachOf(facilityId, [...new Set(subjects.map(({ contactId }) => contactId))]),
      replyToIds.length === 0 ? null : this.contacts.addressOf(facilityId, replyToIds),
    ]);
    return new Map(
      subjects.map(({ appointmentId, contactId, replyToId }) => {
        const { locale, addresses, phone: number } = contacts.get(contactId) ?? NOWHERE;
        const phone = number && { ...number, channel: 'sms' as const };
        const replyTo = replyToId === null ? null : (replies?.get(replyToId) ?? null);
        return [appointmentId, { replyTo, addresses, phone, locale }];
      }),
    );
  }
}
