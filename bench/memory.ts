import { rounded, type Figure } from './figure.js';

const MOST_IDLE_MB = 250;

/** The resident set of the hub's process, the sandbox hospital within it; PostgreSQL has its own. */
export function memory(when: 'idle' | 'after the load', hubMb: number, bareMb: number): Figure {
  const isIdle = when === 'idle';
  return {
    name: `memory, ${when}`,
    hub: `${Math.round(hubMb)} MB`,
    plain: `${Math.round(bareMb)} MB, bare Nest`,
    ratio: hubMb / bareMb,
    reach: isIdle ? `≤ ${MOST_IDLE_MB} MB` : '',
    isReached: isIdle ? hubMb <= MOST_IDLE_MB : null,
    details: { hubMb: rounded(hubMb), bareMb: rounded(bareMb) },
  };
}
