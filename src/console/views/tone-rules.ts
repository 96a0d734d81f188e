/** How a code is coloured: `bad` is for a person to look at, `warn` may become so, `good` is as it should be. */
export type Tone = 'good' | 'warn' | 'bad' | '';

const TONES: Record<Exclude<Tone, ''>, readonly string[]> = {
  good: ['delivered', 'read', 'applied', 'SCHEDULED', 'SHOW', 'live', 'up', 'succeeded', 'accepted', 'matched', 'booked'],
  warn: [
    ...['waiting', 'quiet-hours', 'sent-no-receipt', 'expected', 'sending', 'sent', 'pending', 'held', 'PENDING', 'running', 'under-way'],
    ...[
      'draft',
      'testing',
      'degraded',
      'paused',
      'logged',
      'not-live',
      'echo-missing',
      'spend-cap',
      'retry',
      'superseded',
      'untrusted',
      'open',
    ],
  ],
  bad: [
    ...['failed', 'FAILED', 'rejected', 'refused', 'unknown', 'outcome-unknown', 'no-channel', 'opted-out', 'outside-messenger-window'],
    ...[
      'provider-refused',
      'provider-unavailable',
      'delivery-failed',
      'too-late',
      'dead-letter',
      'away',
      'failing',
      'in-question',
      'overdue',
    ],
  ],
};

const BY_CODE = new Map(Object.entries(TONES).flatMap(([tone, codes]) => codes.map(code => [code, tone as Tone] as const)));

/** Of any verdict, status or outcome of the hub; neutral where it says neither. */
export function toneOf(code: string | null): Tone {
  return code === null ? '' : (BY_CODE.get(code) ?? '');
}
