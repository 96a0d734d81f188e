import type { DriftWindow, UntrustedCode } from './drift-state.js';
import { isWithin } from './drift-window-rules.js';

/** How many starts a list showed: by the hospital's calendar id, then by day (`YYYY-MM-DD`, UTC). Canceled ones count. */
export type ListSize = Record<string, Record<string, number>>;

export interface TrustQuestion {
  /** Of the calendars that were asked for. */
  listed: ListSize;
  window: DriftWindow;
  /** Of the last list that was complete; null: there was none, or it was another hospital's. */
  before: { listed: ListSize; window: DriftWindow } | null;
  /** How many appointments the hospital has confirmed, by all that is known here, and how many of them the list lacks. */
  known: number;
  lacking: number;
  /** A person has said that the hospital's list is right to be smaller. */
  isSmallerExpected: boolean;
}

/** How much of what must be there may be missing before the list counts as broken. */
const MOST_MISSING = 0.2;
/** A calendar that had so many is not emptied by chance. */
const FULL_CALENDAR = 5;

/**
 * Whether what the list lacks can be relied on; null: it can. It is held against the last complete list, on the days and calendars that
 * both cover, and against what the hospital has confirmed.
 */
export function distrust(question: TrustQuestion): Exclude<UntrustedCode, 'list-partial' | 'list-filter-ignored'> | null {
  if (question.isSmallerExpected) return null;
  const { known, lacking } = question;
  const sizes = comparable(question);
  const expected = sum(sizes.map(size => size.before));
  const present = sum(sizes.map(size => size.now));
  const isEmpty = sum(Object.values(question.listed).flatMap(days => Object.values(days))) === 0;
  if (isEmpty && (known > 0 || expected > 0)) return 'list-empty';
  if (sizes.some(size => size.before >= FULL_CALENDAR && size.now === 0)) return 'list-empty';
  if (present < expected * (1 - MOST_MISSING)) return 'list-smaller';
  return lacking > known * MOST_MISSING ? 'list-lacks-known' : null;
}

/** What each calendar showed then and now, of the days that lie in both windows. */
function comparable({ listed, window, before }: TrustQuestion): { before: number; now: number }[] {
  if (before === null) return [];
  const count = (days: Record<string, number> | undefined): number =>
    sum(Object.entries(days ?? {}).flatMap(([day, starts]) => (isWithin(day, window) && isWithin(day, before.window) ? [starts] : [])));
  return Object.keys(listed).map(calendar => ({ before: count(before.listed[calendar]), now: count(listed[calendar]) }));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
