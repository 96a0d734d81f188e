import type { WebhookSettings } from '../facilities/facility.settings.js';
import {
  ID_HEADER,
  SIGNATURE_HEADER,
  signatureHeaderOf,
  TIMESTAMP_HEADER,
  TOLERANCE_SECONDS,
  type SignatureRefusal,
} from './signature-rules.js';

/** For the vendor: what is wrong, in which header, and what would be right. Nothing of the request, and never what would have matched. */
export function signatureProblemMessage(refusal: SignatureRefusal, settings: WebhookSettings): string {
  const header = refusal.header ?? signatureHeaderOf(settings);
  switch (refusal.code) {
    case 'missing-header':
      return `The header ${header} is missing or empty: ${wanted(header)}.`;
    case 'repeated-header':
      return `The header ${header} came more than once, or holds a list with commas: send it once, as ${wanted(header)}.`;
    case 'malformed-header':
      return `The header ${header} is malformed: it must be ${wanted(header)}.`;
    case 'timestamp-malformed':
      return `The header ${header} is no timestamp: it must be ${wanted(header)}.`;
    case 'timestamp-too-old':
      return `The time in ${header} is more than ${TOLERANCE_SECONDS} seconds in the past: set the sender's clock, and make time and signature anew for each try.`;
    case 'timestamp-too-new':
      return `The time in ${header} is more than ${TOLERANCE_SECONDS} seconds in the future: set the sender's clock, and give seconds, not milliseconds.`;
    case 'no-matching-signature':
      return `No signature in ${header} matches: it must be ${wanted(header)}.`;
    case 'no-secret':
      return 'The facility has no valid webhook secret: have one made with POST /api/v1/facilities/{facilityId}/webhook-secret.';
  }
}

function wanted(header: string): string {
  switch (header) {
    case ID_HEADER:
      return 'the id of the event, the same on each try: 1 to 255 printable ASCII characters without spaces';
    case TIMESTAMP_HEADER:
      return 'the time of this try in whole seconds since 1970 (UTC), digits only';
    case SIGNATURE_HEADER:
      return (
        '`v1,` and the padded base64 of the HMAC-SHA256 over `{webhook-id}.{webhook-timestamp}.{body}`, the body byte for byte as it is sent, ' +
        'the key being the bytes that the base64 after `whsec_` stands for; several are separated by spaces, at most 16'
      );
    default:
      return (
        'the HMAC-SHA256 over the body, byte for byte as it is sent, in hex or padded base64, with or without `sha256=` before it, ' +
        'the key being the secret exactly as it is shown, with `whsec_`; at most 16'
      );
  }
}
