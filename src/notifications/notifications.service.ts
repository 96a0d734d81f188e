import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { mayTouch, type Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { cursorId, pageOf } from '../common/paging.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { NotificationAttempt } from './notification-attempt.entity.js';
import { textPlaceOf } from './notification-text.js';
import type {
  NotificationDto,
  NotificationPageDto,
  NotificationQuery,
  NotificationWithTextDto,
  ResendNotificationDto,
} from './notification.dto.js';
import type { Notification } from './notification.entity.js';
import { NotificationNotFoundError, ResendRefusedError } from './notification.errors.js';
import { toNotificationDto } from './notification.mapper.js';
import { NotificationRepository } from './notification.repository.js';
import { mayBeResent } from './resend-rules.js';

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
    return pageOf(rows, query.limit, row => toNotificationDto(row, attempts, facility.timezone));
  }

  /** With its text. Throws `NotificationNotFoundError`, also for one that is not this caller's. */
  async get(caller: Caller, id: string): Promise<NotificationWithTextDto> {
    const { row, facility } = await this.getWithFacility(caller, id);
    const dto = toNotificationDto(row, await this.attemptsOf(facility.id, [row]), facility.timezone);
    return { ...dto, locale: row.locale, text: this.cipher.openOptional(row.textSealed, textPlaceOf(row)) };
  }

  /** All of an appointment, oldest first, with their tries. */
  async ofAppointment(facilityId: string, appointmentId: string): Promise<{ rows: Notification[]; attempts: NotificationAttempt[] }> {
    const rows = await this.repository.ofAppointment(facilityId, appointmentId);
    return { rows, attempts: await this.attemptsOf(facilityId, rows) };
  }

  /**
   * For a person: it is judged anew and sent once more, on any channel, also where it may have arrived. Who did so is kept. Throws
   * `NotificationNotFoundError`, `ResendRefusedError`.
   */
  async resend(caller: Caller, id: string, dto: ResendNotificationDto): Promise<NotificationDto> {
    const { facility } = await this.getWithFacility(caller, id);
    return this.em.transactional(async em => {
      const row = await this.repository.findLocked(em, facility.id, id);
      if (!row) throw new NotificationNotFoundError(id);
      if (!mayBeResent(row)) throw new ResendRefusedError(id, row.status);
      const now = this.clock.now();
      row.resends = [...row.resends, { at: now.toISOString(), keyId: caller.keyId, reason: dto.reason ?? null }];
      row.status = 'expected';
      row.verdict = 'waiting';
      row.sendAfter = now;
      row.triedSince = now;
      row.leaseUntil = null;
      row.claim += 1;
      row.updatedAt = now;
      await em.flush();
      return toNotificationDto(row, await this.attemptsOf(facility.id, [row]), facility.timezone);
    });
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
