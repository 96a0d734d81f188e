import { familiesOf } from './exposition.js';
import { metricProblems } from './metrics-lint.js';

const problems = (type: string, ...samples: string[]): string[] => {
  const name = /^[^{ ]+/.exec(samples[0] ?? '')?.[0].replace(/_(bucket|sum)$/, '') ?? '';
  return metricProblems(familiesOf(['# HELP ' + name + ' What it is about', `# TYPE ${name} ${type}`, ...samples, ''].join('\n')));
};
const many = (count: number, label: string): string[] => Array.from({ length: count }, (_, i) => `hub_things{${label}="${i}"} 1`);

describe('The lint of metrics', () => {
  it('has nothing against what is well', () => {
    expect([
      ...problems('counter', 'hub_calls_total{call="book",outcome="answered"} 1'),
      ...problems('gauge', 'hub_things 1'),
      ...problems('gauge', 'hub_oldest_pending_seconds 1'),
      ...problems('gauge', ...many(201, 'facility')),
      ...problems(
        'histogram',
        ...['hub_lag_seconds_bucket{le="1"} 1', 'hub_lag_seconds_bucket{le="2"} 1', 'hub_lag_seconds_bucket{le="+Inf"} 3'],
        ...['hub_lag_seconds_sum 9', 'hub_lag_seconds_count 3'],
      ),
    ]).toEqual([]);
  });

  it.each<[string, string, string[]]>([
    ['counts, and does not end in _total', 'counter', ['hub_calls 1']],
    ['ends as only other types do', 'gauge', ['hub_calls_total 1']],
    ['ends as only other types do', 'gauge', ['hub_calls_count 1']],
    ['is not in snake case below a known prefix', 'gauge', ['hub_openCalls 1']],
    ['is not in snake case below a known prefix', 'gauge', ['open_calls 1']],
    ['is not in base units', 'gauge', ['hub_wait_milliseconds 1']],
    ['has its type in its name', 'gauge', ['hub_gauge_of_calls 1']],
    ['is a time, and does not end in _seconds', 'gauge', ['hub_sync_age 1']],
    ['has the type untyped', 'untyped', ['hub_things 1']],
    ['has the label patient, which is not a known one', 'gauge', ['hub_things{patient="a"} 1']],
    ['has the label le, which is not a known one', 'gauge', ['hub_things{le="1"} 1']],
    ['has 202 values of facility, where 201 are the most', 'gauge', many(202, 'facility')],
  ])('finds one that %s', (problem, type, samples) => {
    expect(problems(type, ...samples).map(each => each.replace(/^\w+: /, ''))).toEqual([problem]);
  });

  it('finds a histogram that holds less than it counts, and one whose buckets fall', () => {
    expect(
      problems(
        'histogram',
        ...['hub_lag_seconds_bucket{le="1"} 2', 'hub_lag_seconds_bucket{le="2"} 1', 'hub_lag_seconds_bucket{le="+Inf"} 2'],
        ...['hub_lag_seconds_sum 9', 'hub_lag_seconds_count 3'],
      ),
    ).toEqual(['hub_lag_seconds: has no last bucket that holds all', 'hub_lag_seconds: has buckets that do not rise']);
  });

  it('finds one without help, and one that is there twice', () => {
    const one = '# HELP hub_things x\n# TYPE hub_things gauge\nhub_things 1\n';

    expect(metricProblems(familiesOf(one + one))).toEqual([
      'hub_things: is there twice',
      'hub_things: has no help that would help',
      'hub_things: has no help that would help',
    ]);
  });
});
