/** What the hub reads of Twilio's Message resource; null where it is missing or of another type. */
export interface TwilioMessage {
  sid: string | null;
  status: string | null;
  body: string | null;
  direction: string | null;
  /** Twilio tells whole seconds. */
  createdAt: Date | null;
  errorCode: number | null;
  segments: number | null;
}

/** `SM` or `MM` and 32 hexadecimal digits, by Twilio's OpenAPI document. */
const MESSAGE_SID = /^(SM|MM)[0-9a-fA-F]{32}$/;

export function isMessageSid(sid: string | null): sid is string {
  return sid !== null && MESSAGE_SID.test(sid);
}

/** null: it is no object. */
export function readMessage(value: unknown): TwilioMessage | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const fields = value as Record<string, unknown>;
  const text = (name: string): string | null => (typeof fields[name] === 'string' ? fields[name] : null);
  return {
    sid: text('sid'),
    status: text('status'),
    body: text('body'),
    direction: text('direction'),
    createdAt: readDate(text('date_created')),
    errorCode: wholeNumber(fields['error_code']),
    segments: wholeNumber(fields['num_segments']),
  };
}

/** Twilio writes some numbers as text (`"num_segments": "1"`). */
export function wholeNumber(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** RFC 2822 in GMT: `Thu, 24 Aug 2023 05:01:45 +0000`. */
function readDate(text: string | null): Date | null {
  const ms = text === null ? NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms);
}
