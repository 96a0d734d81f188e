import { isLateTimeOver, isTimeOver, listPauseMs, nextLookAt, untilOf, type LookTimes } from './look-timing-rules.js';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 9, 1) + seconds * 1_000);

describe('untilOf', () => {
  it.each([
    ['a booking: ten minutes after the call must have ended', 'book', at(4), at(4), at(604)],
    ['a reschedule: fifteen', 'reschedule', at(4), at(4), at(904)],
    ['a cancel: fifteen', 'cancel', at(4), at(4), at(904)],
    ['one that is found an hour later: long enough for every way', 'book', at(4), at(3_600), at(3_720)],
  ] as const)('%s', (_, kind, deadlineAt, adoptedAt, until) => {
    expect(untilOf(kind, deadlineAt, adoptedAt)).toEqual(until);
  });
});

describe('isTimeOver', () => {
  const none = { untilAt: at(604), absentAt: null, freeAt: null };

  it.each([
    ['not before its end', none, at(603), false],
    ['at its end', none, at(604), true],
    ['not while the second list is waited for', { ...none, absentAt: at(604) }, at(614), false],
    ['nor the second free seat', { ...none, freeAt: at(590) }, at(620), false],
    ['but not for long', { ...none, absentAt: at(604) }, at(724), true],
  ])('%s', (_, times, now, isOver) => {
    expect(isTimeOver(times, now)).toBe(isOver);
  });
});

describe('isLateTimeOver', () => {
  it.each([
    ['not within a day', at(604 + 86_399), false],
    ['after it', at(604 + 86_400), true],
  ])('%s', (_, now, isOver) => {
    expect(isLateTimeOver({ untilAt: at(604) }, now)).toBe(isOver);
  });
});

describe('nextLookAt', () => {
  const times = (overrides: Partial<LookTimes>): LookTimes => ({
    looks: 1,
    untilAt: at(604),
    deadlineAt: at(4),
    absentAt: null,
    freeAt: null,
    silentAt: null,
    ...overrides,
  });

  it.each<[string, Partial<LookTimes>, Date, Date]>([
    ['after the first look soon', {}, at(10), at(13)],
    ['after the third later', { looks: 3 }, at(20), at(32)],
    ['then every twenty seconds', { looks: 9 }, at(100), at(120)],
    ['in time for the second list', { looks: 9, absentAt: at(98) }, at(100), at(108)],
    ['in time for the second free seat', { looks: 9, freeAt: at(85) }, at(100), at(115)],
    ['in time for asking a person, where nothing tells', { looks: 9, silentAt: at(84) }, at(100), at(114)],
    ['a second list that is past does not hurry it', { looks: 9, absentAt: at(50) }, at(100), at(120)],
    ['not before the last call must have ended', { deadlineAt: at(30) }, at(10), at(30)],
    ['seldom once it is a person\u2019s', { looks: 40, untilAt: at(604) }, at(604), at(634)],
    ['ever more seldom', { looks: 50, untilAt: at(604) }, at(3_604), at(3_784)],
    ['at least each half hour', { looks: 90, untilAt: at(604) }, at(72_004), at(73_804)],
    ['then, too, in time for the second list', { looks: 50, untilAt: at(604), absentAt: at(3_604) }, at(3_604), at(3_614)],
    ['no later than when a person takes over', { looks: 9, untilAt: at(105) }, at(100), at(105)],
  ])('%s', (_, given, now, next) => {
    expect(nextLookAt(times(given), now)).toEqual(next);
  });
});

describe('listPauseMs', () => {
  it.each([
    ['one odd answer: a moment', 1, 15_000],
    ['two in a row: longer', 2, 30_000],
    ['three in a row: still within a minute', 3, 60_000],
    ['always: as good as never', 7, 600_000],
    ['for ever: no longer than that', 5_000, 600_000],
  ])('%s', (_, answers, pauseMs) => {
    expect(listPauseMs(answers)).toBe(pauseMs);
  });
});
