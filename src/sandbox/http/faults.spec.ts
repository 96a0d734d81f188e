import { readFault } from './faults.js';

describe('readFault', () => {
  it.each([
    ['status=503', { name: 'status', value: 503 }],
    ['latency=2000', { name: 'latency', value: 2000 }],
    ['hang', { name: 'hang', value: 0 }],
    [' html ', { name: 'html', value: 0 }],
    ['duplicates', { name: 'duplicates', value: 0 }],
    ['lost-echo', { name: 'lost-echo', value: 0 }],
    ['echo-first', { name: 'echo-first', value: 0 }],
    ['half-body', { name: 'half-body', value: 0 }],
  ])('reads "%s"', (text, fault) => {
    expect(readFault(text)).toEqual(fault);
  });

  it.each(['', 'status', 'status=200', 'status=4.5', 'latency=', 'latency=-1', 'latency=60001', 'hang=1', 'duplicates=3', 'explode'])(
    'reads no fault in "%s"',
    text => {
      expect(readFault(text)).toBeNull();
    },
  );
});
