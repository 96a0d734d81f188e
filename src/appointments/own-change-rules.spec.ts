import { afterOwnChange, isOutdated } from './own-change-rules.js';
import { stampOf, type Order, type Stamp } from './stamp-rules.js';

const SENT = new Date('2026-03-09T12:00:00Z');
const stamp = (at: string, isApproximate = false): Stamp =>
  stampOf({ type: 'appointmentRescheduled', identity: `id:${at}`, time: { at: new Date(`2026-03-09T${at}Z`), isApproximate } });

describe('afterOwnChange', () => {
  const newer: Order = { isNewer: true, isTie: false, isInDoubt: false };
  const tied: Order = { isNewer: true, isTie: true, isInDoubt: false };
  const older: Order = { isNewer: false, isTie: true, isInDoubt: false };
  const nobodyKnows: Order = { isNewer: false, isTie: false, isInDoubt: true };

  it.each<[string, Order, Stamp, Stamp | undefined, Date | undefined, Order]>([
    ['dated more than five minutes before our call', newer, stamp('11:54:59.999'), undefined, SENT, nobodyKnows],
    ['dated so, and a tie', tied, stamp('11:00:00'), undefined, SENT, nobodyKnows],
    ['dated just five minutes before: clocks differ', newer, stamp('11:55:00'), undefined, SENT, newer],
    ['dated after our call', newer, stamp('12:00:01'), undefined, SENT, newer],
    ['no call of ours', newer, stamp('11:00:00'), undefined, undefined, newer],
    ['without a time of its own', newer, stamp('11:00:00', true), undefined, SENT, newer],
    ['older anyway', older, stamp('10:00:00'), stamp('11:00:00'), SENT, older],
    ['newer than what was known before our call', newer, stamp('11:00:00'), stamp('10:00:00'), SENT, nobodyKnows],
    ['newer than what was known just before our call', newer, stamp('11:00:00'), stamp('11:59:59.999'), SENT, nobodyKnows],
    ['when something has been said since, at that moment', newer, stamp('11:00:00'), stamp('12:00:00'), SENT, newer],
    ['when something has been said since, later', newer, stamp('11:00:00'), stamp('12:30:00'), SENT, newer],
  ])('of an event %s', (_, order, event, present, sentAt, expected) => {
    expect(afterOwnChange(order, event, present, sentAt)).toEqual(expected);
  });
});

describe('isOutdated', () => {
  it.each<[string, Stamp, Date | undefined, boolean]>([
    ['no later call of ours', stamp('11:00:00'), undefined, false],
    ['it happened before that', stamp('11:00:00'), SENT, true],
    ['it happened a minute after that', stamp('12:01:00'), SENT, true],
    ['it happened more than a minute after that', stamp('12:01:00.001'), SENT, false],
    ['it does not say when it happened', stamp('13:00:00', true), SENT, true],
  ])('%s', (_, event, lastSentAt, expected) => {
    expect(isOutdated(event, lastSentAt)).toBe(expected);
  });
});
