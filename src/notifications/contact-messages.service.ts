import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { FieldCipher } from '../crypto/field-cipher.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { Facility } from '../facilities/facility.entity.js';
import { reasonPlaceOf, textPlaceOf } from './notification-text.js';
import type { NotificationWithTextDto } from './notification.dto.js';
import { toNotificationDto } from './notification.mapper.js';
import { NotificationRepository } from './notification.repository.js';

/** Of one that is in hand, whoever has it may write no more; one that was to come does not come. */
const EMPTY = new PreparedStatement<{ id: string }>(
  'empty-notifications',
  `update notification set text_sealed = null,
     resends = (
       select coalesce(jsonb_agg(jsonb_set(given.resend, '{reasonSealed}', 'null') order by given.place), '[]')
       from jsonb_array_elements(resends) with ordinality as given (resend, place)
     ),
     verdict = case when status in ('expected', 'sending') then 'state-changed' else verdict end,
     status = case when status in ('expected', 'sending') then 'suppressed' else status end,
     claim = claim + 1, lease_until = null, updated_at = $3
   where facility_id = $1 and appointment_id = any($2::uuid[]) returning id`,
);

const EMPTY_ATTEMPTS = new PreparedStatement(
  'empty-notification-attempts',
  'update notification_attempt set address_index = null where facility_id = $1 and notification_id = any($2::uuid[])',
);

/** What messages hold of a patient: to be handed out, or forgotten. */
@Injectable()
export class ContactMessagesService {
  constructor(
    private readonly repository: NotificationRepository,
    private readonly cipher: FieldCipher,
  ) {}

  /** With their texts, as far as they are kept; newest first. */
  async records(facility: Facility, appointmentIds: readonly string[], limit: number): Promise<NotificationWithTextDto[]> {
    const rows = await this.repository.ofAppointments(facility.id, appointmentIds, limit);
    const attempts = await this.repository.attemptsOf(
      facility.id,
      rows.map(({ id }) => id),
    );
    return rows.map(row => ({
      ...toNotificationDto(row, attempts, facility.timezone, sealed => this.cipher.openOptional(sealed, reasonPlaceOf(row))),
      locale: row.locale,
      text: this.cipher.openOptional(row.textSealed, textPlaceOf(row)),
    }));
  }

  /** Of each message stays that it was, when and how; not its text, why it was sent again, and where it went. */
  async empty(em: EntityManager, facilityId: string, appointmentIds: readonly string[], now: Date): Promise<void> {
    const rows = await EMPTY.run(em, [facilityId, appointmentIds, now]);
    await EMPTY_ATTEMPTS.run(em, [facilityId, rows.map(({ id }) => id)]);
  }
}
