import type { HubAnswer } from './hub-webhooks.client.js';

/** What the hub thinks of one webhook. */
export interface Verdict {
  /** It would be taken, and not be rejected. */
  ok: boolean;
  /** `status code`, as the real endpoint would answer; of what is taken `202`, with the reason where it would be rejected. */
  answer: string;
  /** In sentences: what is wrong first, then what was understood. */
  lines: string[];
}

/** From the answer of the dry-run. */
export function verdictOf({ status, body }: HubAnswer): Verdict {
  if (status !== 200) {
    const code = text(body['code']) ?? 'no-code';
    return { ok: false, answer: `${status} ${code}`, lines: [`${code}: ${text(body['detail']) ?? 'the hub gives no reason'}`] };
  }
  const [signature, json, event] = [part(body['signature']), part(body['body']), part(body['event'])];
  if (signature['ok'] !== true) {
    const code = text(signature['code']) ?? 'no-code';
    const hint = text(signature['hint']);
    const lines = [
      `${code}: ${text(signature['message']) ?? ''}`,
      ...(hint === null ? [] : [`${hint}: ${HINTS[hint] ?? 'see docs/webhooks.md'}`]),
    ];
    return { ok: false, answer: `401 ${code}${hint === null ? '' : ` (${hint})`}`, lines };
  }
  if (json['ok'] !== true) {
    const code = text(json['code']) ?? 'no-code';
    return { ok: false, answer: `400 ${code}`, lines: [`${code}: ${text(json['message']) ?? ''}`] };
  }
  const reason = text(event['reason']);
  if (body['ok'] !== true)
    return { ok: false, answer: `202 ${reason ?? 'rejected'}`, lines: [`${reason ?? 'rejected'}: ${text(event['message']) ?? ''}`] };
  return { ok: true, answer: '202', lines: understood(body, event, reason) };
}

function understood(body: Record<string, unknown>, event: Record<string, unknown>, reason: string | null): string[] {
  const list = (value: unknown): string => (Array.isArray(value) && value.length > 0 ? value.join(', ') : 'none');
  return [
    `understood as ${text(event['type']) ?? '?'}; fields read: ${list(event['fields'])}`,
    `would change: ${list(body['wouldChange'])}${reason === null ? '' : ` (${reason})`}`,
    ...(Array.isArray(event['flags']) && event['flags'].length > 0 ? [`flags: ${list(event['flags'])}`] : []),
    ...asked(event['fields']).map(([field, why]) => `not given, and asked for: ${field} (${why})`),
  ];
}

/** By the hub's names for them. */
const ASKED_FOR: Record<string, string> = {
  occurredAt: 'without it the time of receipt decides which of two events is newer',
  datetime: 'without it a person must look at the appointment',
  calendarId: 'without it the appointment has no calendar',
};

function asked(fields: unknown): [string, string][] {
  if (!Array.isArray(fields) || !fields.includes('appointmentId')) return [];
  return Object.entries(ASKED_FOR).filter(([field]) => !fields.includes(field));
}

const HINTS: Record<string, string> = {
  'body-reserialized': 'the signature fits the same JSON in other bytes: sign the very text that you send, after it is made',
  'body-reencoded': 'the signature fits the same text in another encoding: sign and send UTF-8',
  'trimmed-body': 'the signature fits the body with or without the space around it: send what you sign',
  'wrong-scheme': "the signature is right by the other scheme: look at the facility's webhook.scheme, and how it reads the secret",
};

function part(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
