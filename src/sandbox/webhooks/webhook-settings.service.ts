import { Injectable } from '@nestjs/common';
import { InvalidRequestError } from '../hospital.errors.js';
import { HospitalRecords } from '../records/hospital-records.js';
import { WebhookOutbox } from './webhook-outbox.js';
import { WebhookSender } from './webhook-sender.js';
import { headerNameOf, type EchoTiming, type WebhookTarget } from './webhook-target.js';
import type { WebhookDto } from './webhook.dto.js';

/** All but the secret. */
export interface WebhookView {
  /** `gone`: it answered 410 and gets nothing until it is set again. */
  status: 'connected' | 'gone' | 'none';
  url: string | null;
  scheme: WebhookTarget['scheme'] | null;
  headerName: string | null;
  encoding: WebhookTarget['encoding'] | null;
  echo: EchoTiming;
}

/** Whom the hospital tells, as staff set it up. */
@Injectable()
export class WebhookSettingsService {
  constructor(
    private readonly outbox: WebhookOutbox,
    private readonly sender: WebhookSender,
    private readonly records: HospitalRecords,
  ) {}

  show(): WebhookView {
    const { target, isGone, echo } = this.outbox;
    if (!target) return { status: 'none', url: null, scheme: null, headerName: null, encoding: null, echo };
    const { url, scheme } = target;
    const isPlain = scheme === 'hmac-sha256';
    return {
      status: isGone ? 'gone' : 'connected',
      url,
      scheme,
      headerName: isPlain ? headerNameOf(target) : null,
      encoding: isPlain ? (target.encoding ?? 'base64') : null,
      echo,
    };
  }

  change(dto: WebhookDto): WebhookView {
    if (dto.url === null) this.sender.connect(null);
    else if (dto.url !== undefined || dto.secret != null) this.sender.connect(targetOf(dto));
    this.outbox.echo = dto.echo ?? this.outbox.echo;
    this.records.markChanged();
    return this.show();
  }
}

function targetOf({ url, secret, scheme, headerName, encoding }: WebhookDto): WebhookTarget {
  if (url == null || secret == null) throw new InvalidRequestError('A webhook needs both "url" and "secret"; "url": null disconnects it.');
  return { url, secret, scheme: scheme ?? 'standard-webhooks', headerName: headerName ?? null, encoding: encoding ?? 'base64' };
}
