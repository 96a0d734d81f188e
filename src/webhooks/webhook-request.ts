import type { Request } from 'express';
import type { Facility } from '../facilities/facility.entity.js';
import type { RawBodyProblem } from '../common/raw-body.js';
import type { SignedDelivery } from './signature-rules.js';

/** One delivery of an event, as the guards have let it through. */
export interface Delivery {
  facility: Facility;
  rawBody: Buffer;
  receivedAt: Date;
  /** Of `standard-webhooks`, signed too. */
  webhookId: string | null;
}

/** What is known of a request so far. */
interface DeliveryUnderWay extends Partial<Delivery> {
  /** What came of reading the body, where that was done ahead of the guards. */
  read?: Buffer | RawBodyProblem;
  /** Why it could not be received, where that was tried ahead of the guards. */
  failure?: Error;
}

/** A request to a webhook endpoint; each guard adds what the next one needs. */
export type WebhookRequest = Request & {
  webhook?: DeliveryUnderWay;
};

/** What `WebhookFacilityGuard` has found. */
export function facilityOf(request: WebhookRequest): Facility {
  const facility = request.webhook?.facility;
  if (!facility) throw new Error('A webhook route without WebhookFacilityGuard');
  return facility;
}

/** What `RawBodyGuard` has read besides: not verified yet. */
export function unverifiedOf(request: WebhookRequest): SignedDelivery & { facility: Facility } {
  const { rawBody, receivedAt } = request.webhook ?? {};
  if (!rawBody || !receivedAt) throw new Error('A webhook route without RawBodyGuard');
  return { facility: facilityOf(request), headers: request.headers, rawBody, now: receivedAt };
}

/** What `WebhookSignatureGuard` has verified. */
export function deliveryOf(request: WebhookRequest): Delivery {
  const { facility, rawBody, now } = unverifiedOf(request);
  const webhookId = request.webhook?.webhookId;
  if (webhookId === undefined) throw new Error('A webhook route without WebhookSignatureGuard');
  return { facility, rawBody, receivedAt: now, webhookId };
}
