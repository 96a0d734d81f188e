import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { mayTouch, type Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { cursorId, pageOf } from '../common/paging.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { NotificationAttempt } from './notification-attempt.entity.js';
import { reasonPlaceOf, textPlaceOf } from './notification-text.js';
import type {
  NotificationDto,
  NotificationPageDto,
  NotificationQuery,
  NotificationWithTextDto,
  ResendNotificationDto,
} from './notification.dto.js';
import type { Notification } from './notification.entity.js';
import { NotificationNotFoundError, ResendRefusedError, ResentTooOftenError } from './notification.errors.js';
import { toNotificationDto } from './notification.mapper.js';
import { NotificationRepository, type MessageState } from './notification.repository.js';
import { isRepeatedResend, mayBeResent } from './resend-rules.js';

/** Of one message: each writes to the patient once more. */
const MOST_RESENDS = 5;
/** How long after it a message that a person has sent again is to have gone out. */
const RESENT_WITHIN_MS = 15 * 60_000;

/** The ledger as callers see it, and a message sent again. */
@Injectable()
export class NotificationsService {
  constructor(
    private readonly em: EntityManager,
    private readonly facilities: FacilitiesService,
    private readonly repository: NotificationRepository,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  /** Newest first. Throws `FacilityNotFoundError`. */
  async list(caller: Caller, facilityId: string, query: NotificationQuery): Promise<NotificationPageDto> {
    const facility = await this.facilities.get(caller, facilityId);
    const { status, appointmentId, overdue } = query;
    const overdueAt = overdue === true ? this.clock.now() : undefined;
    const rows = await this.repository.page(facilityId, { status, appointmentId, overdueAt }, cursorId(query), query.limit);
    const attempts = await this.attemptsOf(facilityId, rows);
    return pageOf(rows, query.limit, row => this.toDto(row, attempts, facility));
  }

  /** With its text. Throws `NotificationNotFoundError`, also for one that is not this caller's. */
  async get(caller: Caller, id: string): Promise<NotificationWithTextDto> {
    const { row, facility } = await this.getWithFacility(caller, id);
    const dto = this.toDto(row, await this.attemptsOf(facility.id, [row]), facility);
    return { ...dto, locale: row.locale, text: this.cipher.openOptional(row.textSealed, textPlaceOf(row)) };
  }

  /** All of an appointment, oldest first, with their tries. */
  async ofAppointment(facilityId: string, appointmentId: string): Promise<{ rows: Notification[]; attempts: NotificationAttempt[] }> {
    const rows = await this.repository.ofAppointment(facilityId, appointmentId);
    return { rows, attempts: await this.attemptsOf(facilityId, rows) };
  }

  /** How all messages of these appointments stand, oldest first. The caller must be known to be allowed to see them. */
  async statesOf(facilityId: string, appointmentIds: readonly string[]): Promise<MessageState[]> {
    return this.repository.statesOf(facilityId, appointmentIds);
  }

  /**
   * For a person: it is judged anew and sent once more, on any channel, also where it may have arrived. Who did so is kept. Asked for again
   * within half a minute, by the same key, it is answered as it stands. Throws
   * `NotificationNotFoundError`, `ResendRefusedError`, `ResentTooOftenError`.
   */
  async resend(caller: Caller, id: string, dto: ResendNotificationDto): Promise<NotificationDto> {
    const { facility } = await this.getWithFacility(caller, id);
    return this.em.transactional(async em => {
      const row = await this.repository.findLocked(em, facility.id, id);
      if (!row) throw new NotificationNotFoundError(id);
      const now = this.clock.now();
      if (isRepeatedResend(row.resends, caller.keyId, now)) return this.toDto(row, await this.attemptsOf(facility.id, [row]), facility);
      if (!mayBeResent(row)) throw new ResendRefusedError(id, row.status);
      if (row.resends.length >= MOST_RESENDS) throw new ResentTooOftenError(id, MOST_RESENDS);
      row.resends = [
        ...row.resends,
        { at: now.toISOString(), keyId: caller.keyId, reasonSealed: this.cipher.sealOptional(dto.reason ?? null, reasonPlaceOf(row)) },
      ];
      row.status = 'expected';
      row.verdict = 'waiting';
      row.sendAfter = now;
      row.deadlineAt = new Date(now.getTime() + RESENT_WITHIN_MS);
      row.triedSince = now;
      row.leaseUntil = null;
      row.claim += 1;
      row.updatedAt = now;
      await em.flush();
      return this.toDto(row, await this.attemptsOf(facility.id, [row]), facility);
    });
  }

  private toDto(row: Notification, attempts: readonly NotificationAttempt[], { timezone }: Facility): NotificationDto {
    return toNotificationDto(row, attempts, timezone, sealed => this.cipher.openOptional(sealed, reasonPlaceOf(row)));
  }

  private async getWithFacility(caller: Caller, id: string): Promise<{ row: Notification; facility: Facility }> {
    const row = await this.repository.find(id);
    if (!row || !mayTouch(caller, row.facilityId)) throw new NotificationNotFoundError(id);
    return { row, facility: await this.facilities.get(caller, row.facilityId) };
  }

  private async attemptsOf(facilityId: string, rows: readonly Notification[]): Promise<NotificationAttempt[]> {
    return this.repository.attemptsOf(
      facilityId,
      rows.map(({ id }) => id),
    );
  }
}
