import type { SendOutcome } from './channels/channel-client.js';
import { standingAfter, type TryMade } from './outcome-rules.js';

const NOW = new Date('2026-03-09T01:00:10Z');
const at = (iso: string): Date => new Date(iso);
const aTry = (overrides: Partial<TryMade> = {}): TryMade => ({
  channel: 'sms',
  at: at('2026-03-09T01:00:00Z'),
  tries: 1,
  isSearchable: true,
  ...overrides,
});

const ACCEPTED: SendOutcome = { outcome: 'accepted', providerMessageId: 'SM0', segments: 1, httpStatus: 201 };
const REFUSED: SendOutcome = { outcome: 'refused', code: 'blocked', providerCode: '6', httpStatus: 200 };
const LATER: SendOutcome = { outcome: 'retry', code: 'provider-rate-limited', providerCode: null, retryAfterSeconds: 90, httpStatus: 429 };
const UNKNOWN: SendOutcome = { outcome: 'unknown', code: 'provider-timeout', providerCode: null, httpStatus: null };

describe('standingAfter', () => {
  it.each<[string, SendOutcome, TryMade, object]>([
    ['accepted', ACCEPTED, aTry(), { status: 'sent', verdict: 'sent-no-receipt', sendAfter: null, leaseUntil: null }],
    ['accepted by the log', ACCEPTED, aTry({ channel: 'log' }), { status: 'sent', verdict: 'logged', sendAfter: null, leaseUntil: null }],
    ['refused: the next channel at once', REFUSED, aTry(), { status: 'expected', verdict: 'waiting', sendAfter: NOW, leaseUntil: null }],
    [
      'not sent: again when the provider says so',
      LATER,
      aTry(),
      { status: 'expected', verdict: 'waiting', sendAfter: at('2026-03-09T01:01:40Z'), leaseUntil: null },
    ],
    [
      'perhaps sent: its list is asked',
      UNKNOWN,
      aTry(),
      { status: 'sending', verdict: 'outcome-unknown', sendAfter: null, leaseUntil: at('2026-03-09T01:00:30Z') },
    ],
    [
      'perhaps sent, as is noted long after: its list is asked at once',
      UNKNOWN,
      aTry({ at: at('2026-03-08T22:00:00Z') }),
      { status: 'sending', verdict: 'outcome-unknown', sendAfter: null, leaseUntil: NOW },
    ],
    [
      'perhaps sent, and there is no list: a person',
      UNKNOWN,
      aTry({ isSearchable: false }),
      { status: 'sending', verdict: 'outcome-unknown', sendAfter: null, leaseUntil: null },
    ],
  ])('%s', (_title, outcome, made, expected) => {
    expect(standingAfter(outcome, made, NOW, 0.5)).toEqual(expected);
  });
});
