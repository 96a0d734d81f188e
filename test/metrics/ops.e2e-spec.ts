import fs from 'node:fs';
import { load } from 'js-yaml';
import { statusLabel } from '../../src/common/request-label-rules.js';
import type { AttemptOutcome } from '../../src/notifications/notification-state.js';
import { startHub, type TestHub } from '../support/hub.js';
import { familiesOf } from './exposition.js';
import { spokenOf } from './promql.js';

interface Alert {
  alert: string;
  expr: string;
  for: string;
  labels: { severity: string };
  annotations: { summary: string; description: string; runbook: string };
}

interface Panel {
  id: number;
  type: string;
  title: string;
  datasource?: { uid: string };
  targets?: { expr: string; datasource: { uid: string } }[];
}

const read = (path: string): string => fs.readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { groups } = load(read('ops/alerts.yml')) as { groups: { rules: Alert[] }[] };
const alerts = groups.flatMap(({ rules }) => rules);
const dashboard = JSON.parse(read('ops/grafana-dashboard.json')) as {
  panels: Panel[];
  templating: { list: { name: string; type: string }[] };
};
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
/** As a page that shows the file names them. */
const headings = read('docs/operations.md')
  .split('\n')
  .flatMap(
    line =>
      /^#+ (.+)$/
        .exec(line)?.[1]
        ?.toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-') ?? [],
  );

/** Prometheus' own, and what it adds to each sample. */
const OF_PROMETHEUS = { metrics: ['up'], labels: ['instance', 'job', 'le'] };

/** What a hub that has just begun has not counted yet. */
const NOT_COUNTED_YET = [
  ['hub_http_request_duration_seconds_count', 'status', statusLabel(500, true)],
  ['hub_notification_attempts_total', 'outcome', 'accepted' satisfies AttemptOutcome],
].map(words => words.join(' '));

describe('What is handed to operations', () => {
  let hub: TestHub;
  let names: Set<string>;
  let labels: Set<string>;
  /** Metric, label and value. */
  let values: Set<string>;

  beforeAll(async () => {
    hub = await startHub();
    await fetch(`${hub.url}/health/ready`);
    const families = familiesOf(await (await fetch(`${hub.url}/metrics`)).text());
    const ofFamily = ({ name, type }: (typeof families)[number]): string[] =>
      type === 'histogram' ? ['bucket', 'sum', 'count'].map(part => `${name}_${part}`) : [name];
    names = new Set([...families.flatMap(ofFamily), ...OF_PROMETHEUS.metrics]);
    const samples = families.flatMap(family => family.samples);
    const counted = samples.flatMap(({ name, labels: of }) => Object.entries(of).map(([label, value]) => `${name} ${label} ${value}`));
    values = new Set([...counted, ...NOT_COUNTED_YET]);
    const documented = [...read('docs/metrics.md').matchAll(/^\| `((?:hub|process|nodejs)_\w+)` +\| [^|]+ \| ([^|]*) \|/gm)];
    labels = new Set([
      ...documented.flatMap(([, , given = '']) => [...given.matchAll(/`(\w+)`/g)].map(([, label = '']) => label)),
      ...OF_PROMETHEUS.labels,
    ]);
  });
  afterAll(() => hub.close());

  const unknownIn = (expression: string): string[] => {
    const { metrics, groupedBy, selected } = spokenOf(expression);
    const used = [...groupedBy, ...selected.map(({ label }) => label)];
    return [...metrics.filter(name => !names.has(name)), ...used.filter(label => !labels.has(label))];
  };

  /** Values that no sample has: whoever chooses by them chooses nothing. Of patterns and what Prometheus adds nothing is known. */
  const unknownValuesIn = (expression: string): string[] =>
    spokenOf(expression)
      .selected.filter(({ operator, label }) => ['=', '!='].includes(operator) && !['job', 'instance'].includes(label))
      .map(({ metric, label, value }) => `${metric} ${label} ${value}`)
      .filter(chosen => !values.has(chosen));

  it('is an alert for each thing that somebody should hear of', () => {
    expect(alerts.map(({ alert }) => alert).toSorted()).toEqual(
      [
        ...['HubDown', 'HubNotReady', 'HubDatabaseDown', 'HubErrorsHigh', 'HubLatencyHigh', 'HubHospitalBreakerOpen', 'HubSyncStale'],
        ...['HubWebhookDeadLetters', 'HubWebhookBacklog', 'HubWebhooksRejected', 'HubMessagesOverdue', 'HubMessagesFailing'],
        ...['HubMessageOutcomeUnknown', 'HubQueueBacklog', 'HubJobsFailing', 'HubUnknownOutcomes', 'HubAppointmentsNeedReview'],
        ...['HubPoolExhausted', 'HubEventLoopLag', 'HubRateLimited', 'HubSpendCapHolding', 'HubDriftUntrusted'],
      ].toSorted(),
    );
  });

  it.each(alerts.map(alert => [alert.alert, alert] as const))('lets %s say what it is about, how soon, and what to do', (name, alert) => {
    const [file, anchor] = alert.annotations.runbook.split('#');

    expect([...unknownIn(alert.expr), ...unknownValuesIn(alert.expr)]).toEqual([]);
    expect(alert.for).toMatch(/^\d+m$/);
    expect(['page', 'ticket']).toContain(alert.labels.severity);
    expect(Math.min(alert.annotations.summary.length, alert.annotations.description.length)).toBeGreaterThan(10);
    expect([file, anchor]).toEqual(['docs/operations.md', name.toLowerCase()]);
    expect(headings).toContain(anchor);
  });

  it('is a dashboard whose panels ask for what there is, of a source that is chosen', () => {
    expect(dashboard.templating.list).toContainEqual(expect.objectContaining({ name: 'datasource', type: 'datasource' }));
    expect(dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
      'Traffic',
      'Hospitals',
      'Sync',
      'Webhooks',
      'Queue',
      'Messages',
      'Process and pools',
    ]);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(
      panels.flatMap(({ title, targets = [] }) =>
        targets.flatMap(({ expr }) => [...unknownIn(expr), ...unknownValuesIn(expr)].map(unknown => `${title}: ${unknown}`)),
      ),
    ).toEqual([]);
    expect(
      new Set(panels.flatMap(({ datasource, targets = [] }) => [datasource?.uid, ...targets.map(each => each.datasource.uid)])),
    ).toEqual(new Set(['${datasource}']));
  });

  it('shows on the dashboard, or in the alerts, every metric of the hub', () => {
    const shown = new Set(
      [...alerts.map(({ expr }) => expr), ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))].flatMap(
        expr => spokenOf(expr).metrics,
      ),
    );

    const families = new Set([...names].map(name => name.replace(/_seconds_(bucket|sum|count)$/, '_seconds')));
    const isShown = (family: string): boolean => [family, `${family}_bucket`, `${family}_count`].some(name => shown.has(name));
    expect([...families].filter(family => !isShown(family))).toEqual([]);
  });

  it('is told of in docs/metrics.md, metric by metric', () => {
    const documented = [...read('docs/metrics.md').matchAll(/^\| `((?:hub|process|nodejs)_\w+)` +\|/gm)].map(([, name = '']) => name);

    const families = new Set(
      [...names].filter(name => name !== 'up').map(name => name.replace(/_seconds_(bucket|sum|count)$/, '_seconds')),
    );
    expect(documented.toSorted()).toEqual([...families].toSorted());
  });
});
