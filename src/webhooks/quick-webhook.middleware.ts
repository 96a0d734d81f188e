import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Clock } from '../common/clock.js';
import type { HistogramCell } from '../common/quick-histogram.js';
import { RequestMetrics } from '../common/request-metrics.js';
import { MAX_BODY_BYTES } from '../common/require-json.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import { WebhookSecretsService } from '../facilities/webhook-secrets.service.js';
import { WebhookTokens } from '../facilities/webhook-tokens.js';
import { mediaTypeProblem } from './media-type-rules.js';
import { BODY_TIMEOUT_MS, readRawBody } from '../common/raw-body.js';
import { verifySignature } from './signature-rules.js';
import type { WebhookReceiptDto } from './webhook.dto.js';
import { WebhookReceivingService } from './webhook-receiving.service.js';
import type { WebhookRequest } from './webhook-request.js';

const ROUTE = '/api/v1/webhooks/:token';
/** As the router leaves it on a request. */
const ROUTED = { path: ROUTE };
const PATH = /^\/api\/v1\/webhooks\/([A-Za-z0-9_-]{43})$/;

/** What an answer needs that is the same for all. `handOn`: to the route with its guards. */
interface Exchange {
  request: IncomingMessage & Pick<WebhookRequest, 'webhook'> & { route?: unknown };
  response: ServerResponse;
  requestId: string;
  headers: Record<string, string>;
  handOn: () => void;
}

interface Sender {
  facility: Facility;
  secrets: readonly string[];
}

/**
 * Takes a delivery in which everything is well before any framework has a look, by the same rules as the guards and after the same
 * commit: hospitals send many at once. Whatever is not plainly well, or not known in memory, goes the usual way, and is answered there.
 */
@Injectable()
export class QuickWebhookMiddleware {
  private readonly acknowledged: HistogramCell;

  constructor(
    private readonly tokens: WebhookTokens,
    private readonly facilities: FacilitiesService,
    private readonly secrets: WebhookSecretsService,
    private readonly receiving: WebhookReceivingService,
    private readonly clock: Clock,
    requests: RequestMetrics,
  ) {
    this.acknowledged = requests.cell('POST', ROUTE, '2xx');
  }

  /** Whether the request is in its hands: then it is answered, or handed on once its body is read. */
  take(exchange: Exchange): boolean {
    const sender = this.senderOf(exchange.request);
    if (!sender || !isPlain(exchange.request)) return false;
    void this.receive(exchange, sender);
    return true;
  }

  /** Whose token it is, if that is in memory. */
  private senderOf({ method, url }: IncomingMessage): Sender | null {
    const [, token] = method === 'POST' && url !== undefined ? (PATH.exec(url) ?? []) : [];
    const facilityId = token === undefined ? null : this.tokens.facilityIdOf(token);
    const facility = facilityId === null ? null : this.facilities.findKnown(facilityId);
    const secrets = facility && this.secrets.findKnown(facility.id);
    return secrets && facility.status !== 'inactive' ? { facility, secrets } : null;
  }

  private async receive(exchange: Exchange, { facility, secrets }: Sender): Promise<void> {
    const { request, handOn } = exchange;
    const startedMs = this.clock.monotonicMs();
    const rawBody = await readRawBody(request, { maxBytes: MAX_BODY_BYTES, timeoutMs: BODY_TIMEOUT_MS });
    request.webhook = { read: rawBody };
    if (typeof rawBody === 'string') {
      handOn();
      return;
    }
    const receivedAt = this.clock.now();
    const verdict = verifySignature({ headers: request.headers, rawBody, now: receivedAt }, facility.webhook, secrets);
    if (!verdict.ok) {
      handOn();
      return;
    }
    try {
      const receipt = await this.receiving.receive({ facility, rawBody, receivedAt, webhookId: verdict.webhookId });
      this.acknowledge(exchange, facility.id, receipt, startedMs);
    } catch (error) {
      // The route refuses it for the same reason, without a second try.
      request.webhook.failure = error instanceof Error ? error : new Error('A webhook could not be received', { cause: error });
      handOn();
    }
  }

  private acknowledge(
    { request, response, requestId, headers }: Exchange,
    facilityId: string,
    receipt: WebhookReceiptDto,
    startedMs: number,
  ): void {
    request.route = ROUTED;
    const body = JSON.stringify(receipt);
    response.writeHead(202, {
      'X-Request-Id': requestId,
      ...headers,
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
    const tookMs = this.clock.monotonicMs() - startedMs;
    this.acknowledged.observe(tookMs / 1_000);
    const durationMs = Math.round(tookMs);
    PinoLogger.root.info({ requestId, method: 'POST', route: ROUTE, facilityId, status: 202, durationMs }, 'request');
  }
}

/** JSON of a length that is told, and not too long. */
function isPlain({ headers }: IncomingMessage): boolean {
  const length = Number(headers['content-length']);
  return length > 0 && length <= MAX_BODY_BYTES && headers['transfer-encoding'] === undefined && mediaTypeProblem(headers) === null;
}
