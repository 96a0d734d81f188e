import { html, type Html } from '../html.js';

const WIDTH = 120;
const HEIGHT = 24;

/** Bars, one for each count, the tallest as high as there is room. `what`: of what the counts are. */
export function sparkline(counts: readonly number[], what: string): Html {
  const most = Math.max(0, ...counts);
  const width = WIDTH / Math.max(1, counts.length);
  const bars = counts.map((count, i) => {
    const height = most === 0 ? 0 : Math.round((count / most) * HEIGHT * 10) / 10;
    // An hour with one of many still shows.
    const shown = count > 0 ? Math.max(1, height) : 0;
    return shown === 0 ? '' : `M${i * width} ${HEIGHT}v-${shown}h${width - 1}v${shown}z`;
  });
  const sum = counts.reduce((all, count) => all + count, 0);
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${sum} ${what}; ${most} at most in an hour">
    <path d="${bars.join('')}" />
  </svg>`;
}
