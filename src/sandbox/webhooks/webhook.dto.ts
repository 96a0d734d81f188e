import { IsIn, IsOptional } from 'class-validator';
import { OptionalText } from '../http/fields.js';
import {
  ECHO_TIMINGS,
  SIGNATURE_ENCODINGS,
  WEBHOOK_SCHEMES,
  type EchoTiming,
  type SignatureEncoding,
  type WebhookScheme,
} from './webhook-target.js';

const OneOf = (values: readonly string[]) => IsIn(values, { message: `must be one of ${values.join(', ')}` });

/** A new target needs `url` and `secret`; `url: null` disconnects; without both, the target stays as it is. */
export class WebhookDto {
  @OptionalText(2_000)
  url?: string | null;

  @OptionalText(500)
  secret?: string | null;

  /** Default `standard-webhooks`. */
  @IsOptional()
  @OneOf(WEBHOOK_SCHEMES)
  scheme?: WebhookScheme | null;

  @OptionalText(100)
  headerName?: string | null;

  @IsOptional()
  @OneOf(SIGNATURE_ENCODINGS)
  encoding?: SignatureEncoding | null;

  /** Absent: as it is. */
  @IsOptional()
  @OneOf(ECHO_TIMINGS)
  echo?: EchoTiming | null;
}
