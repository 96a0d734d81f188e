import { metricsText } from './metrics-text.js';

describe('Metrics as Prometheus reads them', () => {
  it('are a help, a type, and a line for each combination of labels', () => {
    const text = metricsText([
      { name: 'hub_things', help: 'How many', type: 'gauge', samples: [{ labels: {}, value: 2 }] },
      {
        name: 'hub_asked_total',
        help: 'Asked\nfor',
        type: 'counter',
        samples: [
          { labels: { answer: 'yes', by: 'a "b" \\ c' }, value: 1 },
          { labels: { answer: 'no', by: '' }, value: 0.5 },
        ],
      },
    ]);

    expect(text).toBe(
      [
        '# HELP hub_things How many',
        '# TYPE hub_things gauge',
        'hub_things 2',
        '# HELP hub_asked_total Asked\\nfor',
        '# TYPE hub_asked_total counter',
        'hub_asked_total{answer="yes",by="a \\"b\\" \\\\ c"} 1',
        'hub_asked_total{answer="no",by=""} 0.5',
        '',
      ].join('\n'),
    );
  });

  it('are nothing where there are none', () => {
    expect(metricsText([])).toBe('');
  });
});
