const [COLUMNS, WIDTH, HEIGHT] = [3, 300, 190];
const [LEFT, TOP, RIGHT, BOTTOM] = [54, 34, 18, 34];
const HEAD = 34;
const WITHIN = 0.2;

/** What one unit of some work costs at each size. */
export interface GrowthPanel {
  name: string;
  ms: readonly number[];
}

/** A panel for each kind of work, with the band that is within a fifth of the first size's cost: SVG. `sizes`: ten times as many each. */
export function growthPlot(title: string, sizes: readonly number[], panels: readonly GrowthPanel[]): string {
  const rows = Math.ceil(panels.length / COLUMNS);
  const [width, height] = [COLUMNS * WIDTH, HEAD + rows * HEIGHT];
  const parts = panels.map((panel, i) => {
    const [x, y] = [(i % COLUMNS) * WIDTH, HEAD + Math.floor(i / COLUMNS) * HEIGHT];
    return `<g transform="translate(${x} ${y})">${panelOf(panel, sizes)}</g>`;
  });
  const frame = `xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11"`;
  const head = label(LEFT, 20, title, 'start', 13);
  return `<svg ${frame}><rect width="${width}" height="${height}" fill="#fff"/>${head}${parts.join('')}</svg>\n`;
}

function panelOf({ name, ms }: GrowthPanel, sizes: readonly number[]): string {
  const [first = NaN] = ms;
  const most = Math.max(...ms, first * (1 + WITHIN)) * 1.25;
  const [right, bottom] = [WIDTH - RIGHT, HEIGHT - BOTTOM];
  const x = (i: number): number => round(LEFT + 12 + ((right - LEFT - 24) * i) / Math.max(sizes.length - 1, 1));
  const y = (value: number): number => round(bottom - ((bottom - TOP) * value) / most);
  const [top, low] = [y(first * (1 + WITHIN)), y(first * (1 - WITHIN))];
  const points = ms.map((value, i) => [x(i), y(value)] as const);
  return [
    label(LEFT, 22, name, 'start', 12),
    `<rect x="${LEFT}" y="${top}" width="${right - LEFT}" height="${round(low - top)}" fill="#e3f0ea"/>`,
    `<path d="M${LEFT} ${TOP}V${bottom}H${right}" fill="none" stroke="#999"/>`,
    label(LEFT - 6, bottom + 4, '0', 'end'),
    label(LEFT - 6, y(first) + 4, shown(first), 'end'),
    `<polyline points="${points.join(' ')}" fill="none" stroke="#0b6e4f" stroke-width="2"/>`,
    ...points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="#0b6e4f"/>`),
    ...points.slice(1).map(([cx, cy], i) => label(cx, cy - 8, shown(ms[i + 1] ?? NaN), 'middle')),
    ...sizes.map((size, i) => label(x(i), bottom + 16, size < 1e6 ? size.toLocaleString('en') : `${size / 1e6} m`, 'middle')),
  ].join('');
}

function shown(ms: number): string {
  return ms < 1 ? `${Math.round(ms * 1_000)} µs` : `${ms.toFixed(1)} ms`;
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end', size = 10): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}" fill="#333">${text}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
