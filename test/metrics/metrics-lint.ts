import type { MetricFamily } from './exposition.js';

/** How many values a label may have in one answer; a metric's combinations are as many at most. */
const MOST_VALUES: Record<string, number> = {
  answer: 20,
  by: 10,
  call: 10,
  channel: 6,
  code: 10,
  facility: 201,
  kind: 10,
  limit: 5,
  method: 8,
  outcome: 20,
  pool: 3,
  queue: 10,
  route: 200,
  state: 5,
  status: 8,
  verdict: 25,
  version: 1,
};
const MOST_BUCKETS = 12;

const NAME = /^(hub|process|nodejs)(_[a-z][a-z0-9]*)+$/;
/** Prometheus' base units are seconds, bytes and ratios. */
const OTHER_UNITS = /^(ms|millis|milliseconds|us|micros|minutes|hours|kilobytes|kb|megabytes|mb|percent|percentage)$/;
const TYPES = /^(counter|gauge|histogram|summary|metric)s?$/;
const RESERVED_END = /_(total|count|sum|bucket)$/;
/** What these words name has a unit. */
const NEEDS_SECONDS = /_(duration|age|lag|oldest)(_|$)/;

/** What `promtool check metrics` would find, and what would grow without bound. */
export function metricProblems(families: readonly MetricFamily[]): string[] {
  const names = families.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index).map(name => `${name}: is there twice`);
  return [...twice, ...families.flatMap(family => problemsOf(family).map(problem => `${family.name}: ${problem}`))];
}

function problemsOf(family: MetricFamily): string[] {
  const problems = [...nameProblems(family), ...labelProblems(family)];
  if (family.help.length < 10) problems.push('has no help that would help');
  if (family.type === 'histogram') problems.push(...histogramProblems(family));
  return problems;
}

function nameProblems({ name, type }: MetricFamily): string[] {
  const words = name.split('_');
  const found: [boolean, string][] = [
    [!NAME.test(name), 'is not in snake case below a known prefix'],
    [!['counter', 'gauge', 'histogram'].includes(type), `has the type ${type}`],
    [type === 'counter' && !name.endsWith('_total'), 'counts, and does not end in _total'],
    [type !== 'counter' && RESERVED_END.test(name), 'ends as only other types do'],
    [words.some(word => OTHER_UNITS.test(word)), 'is not in base units'],
    [words.some(word => TYPES.test(word)), 'has its type in its name'],
    [NEEDS_SECONDS.test(name) && !name.endsWith('_seconds'), 'is a time, and does not end in _seconds'],
  ];
  return found.flatMap(([isWrong, problem]) => (isWrong ? [problem] : []));
}

function labelProblems({ type, samples }: MetricFamily): string[] {
  const values = new Map<string, Set<string>>();
  for (const { labels } of samples)
    for (const [label, value] of Object.entries(labels)) values.set(label, (values.get(label) ?? new Set()).add(value));
  return [...values].flatMap(([label, { size }]) => {
    if (label === 'le' && type === 'histogram') return [];
    const most = MOST_VALUES[label];
    if (most === undefined) return [`has the label ${label}, which is not a known one`];
    return size > most ? [`has ${size} values of ${label}, where ${most} are the most`] : [];
  });
}

function histogramProblems({ name, samples }: MetricFamily): string[] {
  const cells = Map.groupBy(samples, ({ labels: { le: _, ...others } }) => JSON.stringify(Object.entries(others).sort()));
  return [...cells.values()].flatMap(cell => {
    const buckets = cell.filter(each => each.name === `${name}_bucket`);
    const count = cell.find(each => each.name === `${name}_count`)?.value;
    const isRising = buckets.every(({ value }, index) => index === 0 || value >= (buckets[index - 1]?.value ?? 0));
    const found: [boolean, string][] = [
      [buckets.length < 3 || buckets.length > MOST_BUCKETS, `has ${buckets.length} buckets`],
      [buckets.at(-1)?.labels['le'] !== '+Inf' || buckets.at(-1)?.value !== count, 'has no last bucket that holds all'],
      [!isRising, 'has buckets that do not rise'],
      [!cell.some(each => each.name === `${name}_sum`), 'has no sum'],
    ];
    return found.flatMap(([isWrong, problem]) => (isWrong ? [problem] : []));
  });
}
