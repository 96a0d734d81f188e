import { headerOf, type DeliveryHeaders } from './signature-header-rules.js';

/** Why a delivery's headers say that its body is no plain JSON; null: they do not. What is signed is the bytes as they are sent. */
export function mediaTypeProblem(headers: DeliveryHeaders): string | null {
  if (headerOf(headers, 'content-encoding') !== '') return 'The body must not be compressed: send it without Content-Encoding.';
  const [type = '', ...parameters] = headerOf(headers, 'content-type')
    .split(';')
    .map(part => part.trim().toLowerCase());
  if (type !== 'application/json') return 'The body must be JSON: send it with Content-Type: application/json.';
  const charset = parameters.find(parameter => parameter.startsWith('charset='))?.slice('charset='.length);
  return charset === undefined || /^"?utf-?8"?$/.test(charset) ? null : 'The body must be JSON in UTF-8: send no other charset.';
}
