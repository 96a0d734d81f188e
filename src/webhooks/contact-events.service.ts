import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { FieldCipher } from '../crypto/field-cipher.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { Facility } from '../facilities/facility.entity.js';
import { bodyPlaceOf } from './webhook-body.js';
import type { WebhookEventDto } from './webhook-event.dto.js';
import { WebhookEvent } from './webhook-event.entity.js';
import { toWebhookEventDto } from './webhook-event.mapper.js';

/** An event of the hospital as it came. */
export interface EventRecord {
  event: WebhookEventDto;
  /** As it was sent; null: it is not kept any more. */
  body: string | null;
}

/** `$2`: appointments; `$3`: contacts. */
const ABOUT = `facility_id = $1 and (appointment_id = any($2::uuid[]) or (appointment_id is null and contact_id = any($3::uuid[])))`;

const IDS = new PreparedStatement<{ id: string }>(
  'events-about-patient',
  `select id from webhook_event where ${ABOUT} order by id desc limit $4`,
);

/** The hospital's ids of the patient go, too. */
const EMPTY = new PreparedStatement(
  'empty-webhook-events',
  `update webhook_event set body_sealed = null,
     changes = (
       select coalesce(jsonb_agg(case when given.change ->> 'field' in ('patientId', 'temporaryPatientId')
         then given.change || '{"before": null, "after": null}' else given.change end order by given.place), '[]')
       from jsonb_array_elements(changes) with ordinality as given (change, place)
     ),
     reason = case when outcome in ('pending', 'held') then 'contact-erased' else reason end,
     outcome = case when outcome in ('pending', 'held') then 'superseded' else outcome end,
     held_until = null, look_again_at = null
   where ${ABOUT}`,
);

/** What the inbox holds of a patient: to be handed out, or forgotten. */
@Injectable()
export class ContactEventsService {
  constructor(
    private readonly em: EntityManager,
    private readonly cipher: FieldCipher,
  ) {}

  /** Newest first. */
  async records(
    facility: Facility,
    { appointmentIds, contactIds }: { appointmentIds: readonly string[]; contactIds: readonly string[] },
    limit: number,
  ): Promise<EventRecord[]> {
    const ids = (await IDS.run(this.em, [facility.id, appointmentIds, contactIds, limit])).map(({ id }) => id);
    const where = { facilityId: facility.id, id: { $in: ids } };
    const rows = await this.em.find(WebhookEvent, where, { orderBy: { id: 'desc' }, disableIdentityMap: true });
    return rows.map(({ bodySealed, ...row }) => ({
      event: toWebhookEventDto(row, facility.timezone),
      body: this.cipher.openOptional(bodySealed, bodyPlaceOf(row)),
    }));
  }

  /** Of each event stays that it came and what it did; an event that waits is looked at no more. */
  async empty(em: EntityManager, facilityId: string, appointmentIds: readonly string[], contactIds: readonly string[]): Promise<void> {
    await EMPTY.run(em, [facilityId, appointmentIds, contactIds]);
  }
}
