import { parseArgs } from 'node:util';

const PART_NAMES = [
  'basics',
  'booking',
  'cached',
  'cold',
  'console',
  'copies',
  'growth',
  'idle',
  'isolation',
  'messages',
  'partitions',
  'patients',
  'soak',
  'sync',
  'webhooks',
] as const;
export type PartName = (typeof PART_NAMES)[number];
/** Left out where nothing is said: what the soak shows takes as long as one likes, and growth a quarter of an hour. */
const LONG: readonly PartName[] = ['growth', 'soak'];

const WEBHOOK_PARTS = ['open-loop', 'acknowledged', 'drained'] as const;
export type WebhookPart = (typeof WEBHOOK_PARTS)[number];

const USAGE = `npm run bench -- [--PART] [--check]

  PART             that alone: ${PART_NAMES.join(', ')}; else all but ${LONG.join(', ')}
  --webhooks=PARTS some of ${WEBHOOK_PARTS.join(', ')}, with commas between them; printed, not kept
  --large          of --growth and --patients: ten million appointments, half an hour; of --sync: 10,000 facilities, or as many as --large=1000 says
  --minutes=30     of --soak; else 5
  --check          exit 1 where a figure is not reached
  --cpu-prof       keep a profile of each program (\`processes.ts\`)`;

const DEFAULT_MINUTES = 5;
const MANY_FACILITIES = 10_000;

export interface BenchOptions {
  parts: readonly PartName[];
  webhookParts: readonly WebhookPart[];
  /** Of the soak. */
  minutes: number;
  isLarge: boolean;
  /** Facilities of a large sync. */
  manyFacilities: number;
  isChecked: boolean;
  /** Of the file that keeps the figures; null: they are printed alone. */
  resultsName: string | null;
}

/** Throws where it would measure anything else than what was asked for. */
export function readOptions(given: readonly string[]): BenchOptions {
  const values = parsed(given);
  const [part, ...others] = PART_NAMES.filter(name => values[name] !== undefined);
  if (others.length > 0) throw new Error(`One part at a time, not ${[part, ...others].join(' and ')}.\n\n${USAGE}`);
  const webhookParts = webhookPartsOf(values.webhooks);
  const isLarge = values.large !== undefined;
  const isKept = webhookParts.length === WEBHOOK_PARTS.length;
  return {
    parts: part === undefined ? PART_NAMES.filter(name => !LONG.includes(name)) : [part],
    webhookParts,
    minutes: numberOf(values.minutes, DEFAULT_MINUTES),
    isLarge,
    manyFacilities: numberOf(values.large, MANY_FACILITIES),
    isChecked: values.check === true,
    resultsName: isKept ? `results${part === undefined ? '' : `-${part}`}${isLarge ? '-large' : ''}.json` : null,
  };
}

type Values = Partial<Record<PartName, string | boolean>> & { webhooks?: string; large?: string; minutes?: string; check?: boolean };

/** What may stand without a value has an empty one then. */
function parsed(given: readonly string[]): Values {
  const args = given.map(argument => (['--webhooks', '--large'].includes(argument) ? `${argument}=` : argument));
  const parts = Object.fromEntries(PART_NAMES.map(part => [part, { type: 'boolean' } as const]));
  const valued = { webhooks: { type: 'string' }, large: { type: 'string' }, minutes: { type: 'string' } } as const;
  try {
    return parseArgs({ args, options: { ...parts, ...valued, check: { type: 'boolean' }, 'cpu-prof': { type: 'boolean' } } }).values;
  } catch (cause) {
    throw new Error(`${(cause as Error).message}\n\n${USAGE}`, { cause });
  }
}

function webhookPartsOf(given: string | undefined): readonly WebhookPart[] {
  if (given === undefined || given === '') return WEBHOOK_PARTS;
  const wanted = given.split(',');
  const parts = WEBHOOK_PARTS.filter(part => wanted.includes(part));
  if (parts.length < wanted.length) throw new Error(`--webhooks=${given}: there is no such part.\n\n${USAGE}`);
  return parts;
}

/** `otherwise`: of an option that is left out, or has no value. */
function numberOf(given: string | undefined, otherwise: number): number {
  if (given === undefined || given === '') return otherwise;
  const number = Number(given);
  if (!(number > 0)) throw new Error(`${given} is no number above nought.\n\n${USAGE}`);
  return number;
}
