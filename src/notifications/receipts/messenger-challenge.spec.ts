import { readMessengerChallenge } from './messenger-challenge.js';

const QUERY = { 'hub.mode': 'subscribe', 'hub.verify_token': 'agreed-upon', 'hub.challenge': '1158201444' };

describe('readMessengerChallenge', () => {
  it('gives the challenge back to who knows the token', () => {
    expect(readMessengerChallenge(QUERY, 'agreed-upon')).toBe('1158201444');
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['another token', { ...QUERY, 'hub.verify_token': 'agreed-upoN' }, 'agreed-upon'],
    ['a longer token', { ...QUERY, 'hub.verify_token': 'agreed-upon ' }, 'agreed-upon'],
    ['no token', { 'hub.mode': 'subscribe', 'hub.challenge': '1158201444' }, 'agreed-upon'],
    ['an empty token, where none was agreed upon', { ...QUERY, 'hub.verify_token': '' }, ''],
    ['two tokens', { ...QUERY, 'hub.verify_token': ['agreed-upon', 'agreed-upon'] }, 'agreed-upon'],
    ['another mode', { ...QUERY, 'hub.mode': 'unsubscribe' }, 'agreed-upon'],
    ['no challenge', { ...QUERY, 'hub.challenge': undefined }, 'agreed-upon'],
    ['a page for a challenge', { ...QUERY, 'hub.challenge': '<script>' }, 'agreed-upon'],
    ['nothing', {}, 'agreed-upon'],
  ])('is refused: %s', (_what, query, verifyToken) => {
    expect(readMessengerChallenge(query, verifyToken)).toBeNull();
  });
});
