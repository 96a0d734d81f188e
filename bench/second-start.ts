import { median, rounded, type Figure } from './figure.js';
import type { StartTimes } from './hub.js';

const MOST_SECONDS = 8;

/** How long a start takes that finds the data of an earlier one. */
export function secondStart(first: StartTimes, later: readonly StartTimes[], bareMs: readonly number[]): Figure {
  const bannerMs = median(later.map(times => times.bannerMs));
  return {
    name: 'second start',
    hub: `${seconds(bannerMs)} until the banner`,
    plain: `${seconds(median(bareMs))}, bare Nest`,
    ratio: bannerMs / median(bareMs),
    reach: `≤ ${MOST_SECONDS} s`,
    isReached: bannerMs <= MOST_SECONDS * 1_000,
    details: {
      firstMs: whole(first),
      laterMs: later.map(whole),
      readyMs: Math.round(median(later.map(times => times.readyMs))),
      bareMs: bareMs.map(Math.round),
    },
  };
}

function whole({ readyMs, bannerMs }: StartTimes): StartTimes {
  return { readyMs: Math.round(readyMs), bannerMs: Math.round(bannerMs) };
}

function seconds(ms: number): string {
  return `${rounded(ms / 1_000)} s`;
}
