/** One line of a scrape. */
export interface MetricSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface MetricFamily {
  name: string;
  type: string;
  help: string;
  samples: MetricSample[];
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** What Prometheus reads of an answer of /metrics (exposition format 0.0.4); throws at a line that it would not understand. */
export function familiesOf(text: string): MetricFamily[] {
  const families: MetricFamily[] = [];
  for (const line of text.split('\n').filter(each => each !== '')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') families.push({ name, help: rest, type: '', samples: [] });
    const family = families.at(-1);
    if (!family) throw new Error(`Before any # HELP: ${line}`);
    if (keyword === 'TYPE') family.type = rest;
    if (keyword === undefined) family.samples.push(sampleOf(line));
  }
  return families;
}

function sampleOf(line: string): MetricSample {
  const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
  if (name === undefined) throw new Error(`No sample: ${line}`);
  const pairs = [...labels.matchAll(LABEL)].map(([, label = '', text = '']) => [label, text] as const);
  return { name, labels: Object.fromEntries(pairs), value: Number(value) };
}

/** The value of the sample with just these labels; undefined: there is none. */
export function valueOf(text: string, name: string, labels: Record<string, string> = {}): number | undefined {
  const wanted = Object.entries(labels);
  return familiesOf(text)
    .flatMap(({ samples }) => samples)
    .find(
      each =>
        each.name === name &&
        Object.keys(each.labels).length === wanted.length &&
        wanted.every(([label, value]) => each.labels[label] === value),
    )?.value;
}
