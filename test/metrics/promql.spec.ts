import { spokenOf } from './promql.js';

describe('What an expression of PromQL speaks of', () => {
  it.each<[string, string[]]>([
    ['up{job="hub"} == 0 or absent(up{job="hub"})', ['up']],
    ['max(hub_webhook_dead_letters) > 0', ['hub_webhook_dead_letters']],
    ['sum by (le) (rate(hub_a_bucket{route=~"/api/.+"}[5m])) / on (pool) group_left () hub_b', ['hub_a_bucket', 'hub_b']],
    ['histogram_quantile(0.99, sum by (le, call) (rate(hub_c_bucket[$__rate_interval]))) > 2e3', ['hub_c_bucket']],
    ['count(hub_d == 0) or vector(0)', ['hub_d']],
    ['time() - process_start_time_seconds', ['process_start_time_seconds']],
  ])('are the metrics of %s', (expression, metrics) => {
    expect(spokenOf(expression).metrics).toEqual(metrics);
  });

  it('are the labels, too', () => {
    expect(spokenOf('sum by (limit) (increase(hub_a_total{status="5xx", route!="/x"}[5m])) > 1')).toEqual({
      metrics: ['hub_a_total'],
      groupedBy: ['limit'],
      selected: [
        { metric: 'hub_a_total', label: 'status', operator: '=', value: '5xx' },
        { metric: 'hub_a_total', label: 'route', operator: '!=', value: '/x' },
      ],
    });
  });
});
