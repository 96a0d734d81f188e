import { nextQueueNumber } from './queue-number.js';

it.each([
  ['the first', [], '1'],
  ['nobody has been called yet', [null, null], '1'],
  ['after the highest', ['2', '7', null, '3'], '8'],
  ['beside numbers of another kind', ['A-12', '4'], '5'],
])('nextQueueNumber: %s', (_title, given, expected) => {
  expect(nextQueueNumber(given)).toBe(expected);
});
