import { Metrics } from './metrics.js';

describe('A histogram that is counted in plain numbers', () => {
  it('is written as every histogram is', async () => {
    const metrics = new Metrics();
    const quick = metrics.quickHistogram<'call'>('hub_quick_seconds', 'Help', [0.1, 1]);
    const usual = metrics.histogram('hub_usual_seconds', 'Help', ['call'], [0.1, 1]);
    const [cell, other] = [quick.cell({ call: 'book' }), quick.cell({ call: 'cancel' })];

    for (const seconds of [0, 0.1, 0.5, 1, 7]) {
      cell.observe(seconds);
      usual.observe({ call: 'book' }, seconds);
    }
    other.observe(2);
    usual.observe({ call: 'cancel' }, 2);

    const [first, second] = (await metrics.ownText()).trim().split('\n\n');
    // The order of labels tells nothing.
    const withoutName = (text = ''): string[] =>
      text
        .replaceAll(/quick|usual/g, '')
        .split('\n')
        .map(line => line.replace(/\{(call="\w+"),(le="[^"]+")\}/, '{$2,$1}'));
    expect(withoutName(first)).toEqual(withoutName(second));
  });
});
