import type { NotificationStatus, ReceiptState } from '../notification-state.js';
import { afterReceipt, applyReports, type LockedTry, type ReportedAttempt, type TryReport } from './receipt-rules.js';

const AT = new Date('2026-03-09T01:00:00Z');

const anAttempt = (overrides: Partial<ReportedAttempt> = {}): ReportedAttempt => ({
  outcome: 'accepted',
  code: null,
  deliveredAt: null,
  readAt: null,
  failedAt: null,
  ...overrides,
});

const report = (state: ReceiptState, code: string | null = null) => ({ state, at: AT, code });

/** Applies reports one after the other, as the service does. */
function after(
  states: readonly ReceiptState[],
  status: NotificationStatus,
  attempt = anAttempt(),
  of = { isLastAttempt: true, isSinceAsked: true },
): string {
  let present = { attempt, status };
  for (const state of states) {
    const { attempt: next, message } = afterReceipt(present.attempt, { status: present.status, ...of }, report(state));
    present = { attempt: next, status: message === null ? present.status : message === 'retry-elsewhere' ? 'expected' : message.status };
  }
  return present.status;
}

describe('afterReceipt', () => {
  it.each<[ReceiptState[], NotificationStatus, NotificationStatus]>([
    [['sent'], 'sending', 'sent'],
    [['sent'], 'sent', 'sent'],
    [['delivered'], 'sent', 'delivered'],
    [['delivered'], 'sending', 'delivered'],
    [['read'], 'sent', 'read'],
    [['sent', 'delivered', 'read'], 'sent', 'read'],
    [['read', 'delivered', 'sent'], 'sent', 'read'],
    [['delivered', 'delivered'], 'sent', 'delivered'],
    [['delivered', 'failed'], 'sent', 'delivered'],
    [['failed', 'delivered'], 'sent', 'delivered'],
    [['failed'], 'sent', 'expected'],
    [['failed', 'failed'], 'sent', 'expected'],
    [['failed'], 'failed', 'failed'],
    [['delivered'], 'failed', 'delivered'],
    [['sent'], 'failed', 'sent'],
    [['sent'], 'expected', 'sent'],
    [['failed', 'sent'], 'sent', 'expected'],
    [['delivered'], 'expected', 'delivered'],
    [['delivered'], 'superseded', 'superseded'],
    [['read'], 'suppressed', 'suppressed'],
  ])('reports %p on a message that is %s make it %s', (states, before, expected) => {
    expect(after(states, before)).toBe(expected);
  });

  it('proves that a message of unknown outcome was taken', () => {
    const { attempt } = afterReceipt(
      anAttempt({ outcome: 'unknown', code: 'provider-timeout' }),
      { status: 'sending', isLastAttempt: true, isSinceAsked: true },
      report('sent'),
    );

    expect(attempt).toMatchObject({ outcome: 'accepted', code: null });
  });

  it('keeps the code of a failure, and forgets it when it was delivered after all', () => {
    const failed = afterReceipt(anAttempt(), { status: 'sent', isLastAttempt: true, isSinceAsked: true }, report('failed', '30006'));
    expect(failed.attempt).toMatchObject({ failedAt: AT, code: '30006' });

    const delivered = afterReceipt(failed.attempt, { status: 'expected', isLastAttempt: true, isSinceAsked: true }, report('delivered'));
    expect(delivered.attempt).toMatchObject({ deliveredAt: AT, failedAt: null, code: null });
  });

  it('takes no earlier try for the last one, unless it was delivered', () => {
    const of = { isLastAttempt: false, isSinceAsked: true };
    expect(after(['sent'], 'expected', anAttempt(), of)).toBe('expected');
    expect(after(['delivered'], 'expected', anAttempt(), of)).toBe('delivered');
  });

  it.each<ReceiptState>(['sent', 'delivered', 'read', 'failed'])(
    'takes %s of a try from before for nothing of what a person has sent anew',
    state => {
      for (const status of ['expected', 'sending', 'sent'] as const)
        expect(after([state], status, anAttempt(), { isLastAttempt: true, isSinceAsked: false })).toBe(status);
    },
  );

  it('does not send a message elsewhere because an earlier try failed late', () => {
    expect(after(['failed'], 'sent', anAttempt(), { isLastAttempt: false, isSinceAsked: true })).toBe('sent');
  });
});

describe('applyReports', () => {
  const aTry = (id: string, overrides: Partial<LockedTry> = {}): [string, LockedTry] => [
    id,
    {
      ...anAttempt(),
      id,
      facilityId: 'f',
      notificationId: `message of ${id}`,
      channel: 'sms',
      at: AT,
      providerMessageId: null,
      finishedAt: null,
      status: 'sending',
      triedSince: AT,
      ...overrides,
    },
  ];
  const of = (attemptId: string | null, state: ReceiptState): TryReport => ({
    attemptId,
    providerMessageId: `SM-${attemptId ?? 'other'}`,
    ...report(state),
  });
  const NOW = new Date('2026-03-09T01:05:00Z');

  it('takes each in its turn, and leaves out those of tries that it was not given', () => {
    const tries = new Map([aTry('a'), aTry('b')]);

    const standings = applyReports(
      [of('a', 'sent'), of('b', 'failed'), of('other', 'read'), of(null, 'read'), of('a', 'delivered'), of('a', 'sent')],
      tries,
      new Set(['a', 'b']),
      NOW,
    );

    expect(standings).toEqual([
      { id: 'message of a', channel: 'sms', status: 'sent', verdict: 'sent-no-receipt', sendAfter: null },
      { id: 'message of b', channel: 'sms', status: 'expected', verdict: 'waiting', sendAfter: NOW },
      { id: 'message of a', channel: 'sms', status: 'delivered', verdict: 'delivered', sendAfter: null },
    ]);
    expect(tries.get('a')).toMatchObject({ providerMessageId: 'SM-a', finishedAt: AT, deliveredAt: AT });
    expect(tries.get('b')).toMatchObject({ failedAt: AT, code: 'delivery-failed' });
  });

  it('knows of two tries of one message which is the last, and what the one has made of it', () => {
    const tries = new Map([aTry('a', { notificationId: 'm' }), aTry('b', { notificationId: 'm' })]);

    const standings = applyReports([of('a', 'delivered'), of('b', 'failed')], tries, new Set(['b']), NOW);

    expect(standings.map(({ status }) => status)).toEqual(['delivered']);
  });

  it('moves no message on by a try from before it was asked for anew', () => {
    const tries = new Map([aTry('a', { triedSince: NOW })]);

    expect(applyReports([of('a', 'delivered')], tries, new Set(['a']), NOW)).toEqual([]);
    expect(tries.get('a')).toMatchObject({ deliveredAt: AT });
  });
});
