import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { WebhookSecretsService } from '../facilities/webhook-secrets.service.js';
import { signatureProblemMessage } from './signature-problem-rules.js';
import { verifySignature } from './signature-rules.js';
import { unverifiedOf, type WebhookRequest } from './webhook-request.js';
import { SignatureRefusedError } from './webhook.errors.js';

/** Was the body signed with one of the facility's secrets? 401, with the check that failed. */
@Injectable()
export class WebhookSignatureGuard implements CanActivate {
  constructor(private readonly secrets: WebhookSecretsService) {}

  /** Throws `SignatureRefusedError`. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<WebhookRequest>();
    const { facility, ...delivery } = unverifiedOf(request);
    const verdict = verifySignature(delivery, facility.webhook, await this.secrets.of(facility));
    if (!verdict.ok) throw new SignatureRefusedError(verdict.code, signatureProblemMessage(verdict, facility.webhook));
    request.webhook = { ...request.webhook, webhookId: verdict.webhookId };
    return true;
  }
}
