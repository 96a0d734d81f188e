import { Injectable } from '@nestjs/common';
import { HospitalEventsService } from '../appointments/hospital-events.service.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { newId } from '../common/ids.js';
import { BlindIndex } from '../crypto/blind-index.js';
import type { Facility } from '../facilities/facility.entity.js';
import { WebhookSecretsService } from '../facilities/webhook-secrets.service.js';
import { eventIdentity } from './event-identity-rules.js';
import { parseEvent, type ParsedEvent } from './event-parser.js';
import { rejectionMessage } from './event-rejection-rules.js';
import { readJsonObject, type JsonBody } from './json-body-rules.js';
import { explainMismatch } from './signature-mismatch-rules.js';
import { signatureProblemMessage } from './signature-problem-rules.js';
import { verifySignature, type SignatureVerdict, type SignedDelivery } from './signature-rules.js';
import { bodyDigestOf } from './webhook-receiving.service.js';
import type { DryRunDto, DryRunSignatureDto } from './webhook.dto.js';

type Unverified = SignedDelivery & { facility: Facility };
type Understood = Pick<DryRunDto, 'event' | 'appointmentId' | 'contactId' | 'wouldChange'> & { isGood: boolean };

const NOT_LOOKED_AT: Understood = { event: null, appointmentId: null, contactId: null, wouldChange: [], isGood: false };

/** What would become of a delivery, told to the vendor's developer. Nothing is stored. */
@Injectable()
export class DryRunService {
  constructor(
    private readonly secrets: WebhookSecretsService,
    private readonly calendars: CalendarsService,
    private readonly hospitalEvents: HospitalEventsService,
    private readonly blindIndex: BlindIndex,
  ) {}

  /** What a stranger could learn stops at the signature: what the event says and touches is told to its signer alone. */
  async run(delivery: Unverified): Promise<DryRunDto> {
    const secrets = await this.secrets.of(delivery.facility);
    const verdict = verifySignature(delivery, delivery.facility.webhook, secrets);
    const body = readJsonObject(delivery.rawBody);
    const { isGood, ...understood } =
      verdict.ok && body.ok ? await this.understand(delivery, verdict.webhookId, body.object) : NOT_LOOKED_AT;
    return {
      ok: isGood,
      signature: signatureDto(delivery, verdict, secrets),
      body: bodyDto(body),
      ...understood,
    };
  }

  private async understand(delivery: Unverified, webhookId: string | null, object: Record<string, unknown>): Promise<Understood> {
    const { facility, now } = delivery;
    const references = await this.calendars.references(facility);
    const digest = bodyDigestOf(this.blindIndex, facility.id, delivery.rawBody);
    const { identity } = eventIdentity(facility.webhook.scheme, webhookId, object, digest);
    const parsed = parseEvent(object, {
      id: newId(now),
      identity,
      receivedAt: now,
      timezone: facility.timezone,
      zoneOfCalendar: externalId => references.timezoneOf(externalId),
    });
    return parsed.kind === 'rejected' ? rejected(parsed) : this.preview(facility, parsed);
  }

  private async preview(facility: Facility, parsed: Extract<ParsedEvent, { kind: 'event' }>): Promise<Understood> {
    const { appointmentId, contactId, reason, changes } = await this.hospitalEvents.preview(facility, parsed.event);
    const { fields, flags, event } = parsed;
    return {
      event: { type: event.type, reason, message: null, fields, flags },
      appointmentId,
      contactId,
      wouldChange: [...new Set(changes.map(change => change.field))],
      isGood: true,
    };
  }
}

function rejected({ type, reason, fields }: Extract<ParsedEvent, { kind: 'rejected' }>): Understood {
  return { ...NOT_LOOKED_AT, event: { type, reason, message: rejectionMessage(reason), fields, flags: [] } };
}

function signatureDto(delivery: Unverified, verdict: SignatureVerdict, secrets: readonly string[]): DryRunSignatureDto {
  if (verdict.ok) return { ok: true, code: null, message: null, hint: null };
  const { webhook } = delivery.facility;
  return {
    ok: false,
    code: verdict.code,
    message: signatureProblemMessage(verdict, webhook),
    hint: explainMismatch(delivery, webhook, secrets),
  };
}

function bodyDto(body: JsonBody): DryRunDto['body'] {
  return body.ok ? { ok: true, code: null, message: null } : { ok: false, code: body.code, message: body.message };
}
