import { costMs, KEY, loadOf, OF_CONTACT, OF_PATIENT, type AtSize } from './patient-figures.js';

const [WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM] = [640, 320, 60, 40, 24, 46];
const LINES = [
  { name: OF_PATIENT, colour: '#b3440c' },
  { name: OF_CONTACT, colour: '#0b6e4f' },
  { name: KEY, colour: '#5a5a66' },
];

/** What a request costs among ever more appointments, as a picture: SVG. */
export function growthPlot(all: readonly AtSize[]): string {
  const most = Math.ceil(Math.max(...all.flatMap(at => LINES.map(({ name }) => costMs(loadOf(at, name))))) * 1.2);
  const [first, last] = [all[0], all.at(-1)].map(at => Math.log10(at?.appointments ?? 1)) as [number, number];
  const x = (count: number): number => round(LEFT + ((WIDTH - LEFT - RIGHT) * (Math.log10(count) - first)) / Math.max(last - first, 1));
  const y = (ms: number): number => round(HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * ms) / most);
  const ticks = Array.from({ length: most + 1 }, (_, ms) => ms);
  const parts = [
    ...ticks.map(ms => `<path d="M${LEFT} ${y(ms)}H${WIDTH - RIGHT}" stroke="#ddd"/>${label(LEFT - 8, y(ms) + 4, `${ms} ms`, 'end')}`),
    ...all.map(({ appointments }) => label(x(appointments), HEIGHT - BOTTOM + 18, appointments.toLocaleString('en'), 'middle')),
    label(LEFT, 18, 'Processor time of a request, hub and database together', 'start'),
    label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, 'appointments in the database', 'middle'),
    ...LINES.map(({ name, colour }, i) => lineOf(all, name, colour, x, y) + label(LEFT + 10 + i * 170, TOP + 6, name, 'start', colour)),
  ];
  const frame = `xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12"`;
  return `<svg ${frame}><rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>${parts.join('')}</svg>\n`;
}

function lineOf(all: readonly AtSize[], name: string, colour: string, x: (count: number) => number, y: (ms: number) => number): string {
  const points = all.map(at => [x(at.appointments), y(costMs(loadOf(at, name)))]);
  const dots = points.map(([cx = 0, cy = 0]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${colour}"/>`).join('');
  return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots}`;
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end', colour = '#333'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${colour}">${text}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
