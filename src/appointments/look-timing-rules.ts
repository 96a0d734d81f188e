import type { AttemptKind } from './upstream-attempt.entity.js';

/** How long after the first call's own deadline an outcome is looked for; then it is a person's. */
const BOOKING_WITHIN_MS = 10 * 60_000;
const CHANGE_WITHIN_MS = 15 * 60_000;
/** A booking that is a person's is looked for all the same, ever more seldom, for so long: a hospital may be away for hours, and its list tells then. */
const LATE_WITHIN_MS = 24 * 60 * 60_000;
const LATE_SHARE = 1 / 20;
const LONGEST_LATE_PAUSE_MS = 30 * 60_000;
/** What all ways to learn it take, where nothing stands in the way. */
const ENOUGH_FOR_ALL_WAYS_MS = 2 * 60_000;
/** Before the second, third, … look. The last holds for all others: a hospital that is well again is heard of within that time. */
const PAUSES_MS = [3_000, 6_000, 12_000];
const LONGEST_PAUSE_MS = 20_000;
/** Two reads that are to prove something together: so that the hospital has had time to write down what it took. */
export const LISTS_APART_MS = 10_000;
export const FREE_SEATS_APART_MS = 30_000;
/** How long a hospital that is well may leave a booking untold, with no way to ask, until a person is asked to look: its event is on its way. */
export const SILENT_MS = 30_000;
/** How long the hospital's list is not asked after an answer that says nothing of it; doubled with each that follows. */
const FIRST_LIST_PAUSE_MS = 15_000;
const LONGEST_LIST_PAUSE_MS = 10 * 60_000;

/**
 * How long a hospital is not asked for its list, after `answers` in a row by which it has none that can be relied on. One may be a
 * fault that passes (a proxy's 404, another's answer): a list that is given up for it would be missed for as long as is looked at all.
 */
export function listPauseMs(answers: number): number {
  return Math.min(FIRST_LIST_PAUSE_MS * 2 ** Math.max(0, answers - 1), LONGEST_LIST_PAUSE_MS);
}

/** When a person takes over. `adoptedAt`: when the hub found it, which may be long after, if no copy ran. */
export function untilOf(kind: AttemptKind, deadlineAt: Date, adoptedAt: Date): Date {
  const withinMs = kind === 'book' ? BOOKING_WITHIN_MS : CHANGE_WITHIN_MS;
  return new Date(Math.max(deadlineAt.getTime() + withinMs, adoptedAt.getTime() + ENOUGH_FOR_ALL_WAYS_MS));
}

/** Whether it is a person's now. Where the first of two reads has been made, the second is waited for: it may have been the hub itself that was late. */
export function isTimeOver({ untilAt, absentAt, freeAt }: Pick<LookTimes, 'untilAt' | 'absentAt' | 'freeAt'>, now: Date): boolean {
  const isHalfProven = absentAt !== null || freeAt !== null;
  return now.getTime() >= untilAt.getTime() + (isHalfProven ? ENOUGH_FOR_ALL_WAYS_MS : 0);
}

/** Whether nobody looks for a booking any more that has been a person's for long. */
export function isLateTimeOver({ untilAt }: Pick<LookTimes, 'untilAt'>, now: Date): boolean {
  return now.getTime() >= untilAt.getTime() + LATE_WITHIN_MS;
}

export interface LookTimes {
  /** How many looks have begun, this one counted. */
  looks: number;
  untilAt: Date;
  /** Of the last call: before it, it may still be under way. */
  deadlineAt: Date;
  absentAt: Date | null;
  freeAt: Date | null;
  silentAt: Date | null;
}

/**
 * When to look again: in time for the second of two reads, and for asking a person where nothing tells; and never later than when a person
 * takes over, seldom after it.
 */
export function nextLookAt({ looks, untilAt, deadlineAt, absentAt, freeAt, silentAt }: LookTimes, now: Date): Date {
  const pauseMs = now < untilAt ? (PAUSES_MS[looks - 1] ?? LONGEST_PAUSE_MS) : latePauseMs(now.getTime() - deadlineAt.getTime());
  const second = [secondOf(absentAt, LISTS_APART_MS), secondOf(freeAt, FREE_SEATS_APART_MS), secondOf(silentAt, SILENT_MS)].filter(
    at => at > now.getTime(),
  );
  const wantedMs = Math.min(now.getTime() + pauseMs, ...second);
  const latestMs = untilAt > now ? untilAt.getTime() : Infinity;
  return new Date(Math.max(Math.min(wantedMs, latestMs), deadlineAt.getTime()));
}

/** `ageMs`: since the last call must have ended. Half a minute after ten minutes, half an hour after ten hours. */
function latePauseMs(ageMs: number): number {
  return Math.min(Math.max(LONGEST_PAUSE_MS, ageMs * LATE_SHARE), LONGEST_LATE_PAUSE_MS);
}

function secondOf(first: Date | null, apartMs: number): number {
  return first === null ? -Infinity : first.getTime() + apartMs;
}
