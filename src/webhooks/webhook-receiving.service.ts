import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { newId } from '../common/ids.js';
import { failureCode } from '../common/unexpected-failure.js';
import { Tracing } from '../tracing/tracing.js';
import { BlindIndex } from '../crypto/blind-index.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import { eventIdentity } from './event-identity-rules.js';
import { readJsonObject } from './json-body-rules.js';
import type { InboxRow } from './inbox-batch-rules.js';
import { bodyPlaceOf } from './webhook-body.js';
import type { WebhookReceiptDto } from './webhook.dto.js';
import { WebhookInboxService } from './webhook-inbox.service.js';
import { WebhookMetrics } from './webhook-metrics.js';
import type { Delivery } from './webhook-request.js';
import { WebhookBodyRefusedError } from './webhook.errors.js';

/** Takes a verified delivery: reads no more of it than that it is an object, stores it, and only then says so. */
@Injectable()
export class WebhookReceivingService {
  constructor(
    private readonly inbox: WebhookInboxService,
    private readonly cipher: FieldCipher,
    private readonly blindIndex: BlindIndex,
    private readonly metrics: WebhookMetrics,
    private readonly tracing: Tracing,
  ) {}

  /** Throws `WebhookBodyRefusedError`, `InboxUnavailableError`. */
  async receive(delivery: Delivery): Promise<WebhookReceiptDto> {
    const span = this.tracing.start('webhook receive', { kind: 'producer', attributes: { 'hub.facility_id': delivery.facility.id } });
    try {
      const receipt = await this.inbox.store(this.rowOf(delivery, span.traceparent));
      this.metrics.countStored(receipt.status);
      span.note({ 'hub.webhook_event_id': receipt.id, 'hub.webhook.receipt': receipt.status });
      return receipt;
    } catch (error) {
      span.fail(failureCode(error));
      throw error;
    } finally {
      span.end();
    }
  }

  private rowOf({ facility, rawBody, receivedAt, webhookId }: Delivery, traceparent: string | null): InboxRow {
    const body = readJsonObject(rawBody);
    if (!body.ok) throw new WebhookBodyRefusedError(body.code, body.message);
    const bodyDigest = bodyDigestOf(this.blindIndex, facility.id, rawBody);
    const { identity, isFromBytes } = eventIdentity(facility.webhook.scheme, webhookId, body.object, bodyDigest);
    const row = { id: newId(receivedAt), facilityId: facility.id, identity, isFromBytes, bodyDigest, receivedAt, traceparent };
    // Valid UTF-8 by now: text keeps every byte of it.
    return { ...row, bodySealed: this.cipher.seal(rawBody.toString('utf8'), bodyPlaceOf(row)) };
  }
}

/** Keyed, so that nobody can find out by trying what a body said. */
export function bodyDigestOf(blindIndex: BlindIndex, facilityId: string, rawBody: Buffer): string {
  return blindIndex.digest(facilityId, 'webhook-body', createHash('sha256').update(rawBody).digest('hex'));
}
