import { nextPage } from './next-page.js';

const PRESENT = new URL('https://his.example.org/api/v1/calendars?page=1');

describe('nextPage', () => {
  it.each([
    ['<https://his.example.org/api/v1/calendars?page=2>; rel="next"', '?page=2'],
    ['<?page=2>; rel=next', '?page=2'],
    ['</api/v1/calendars?page=2>; title="a, b; c"; rel="last next"', '?page=2'],
    ['<?page=0>; rel="prev", <?page=2>; rel="next", <?page=9>; rel="last"', '?page=2'],
    ['<?page=2#part>; REL="Next"', '?page=2'],
    ['<?ids=1,2;3>; rel="next"', '?ids=1,2;3'],
  ])('follows %s', (link, search) => {
    expect(nextPage(link, PRESENT)).toEqual(new URL(`https://his.example.org/api/v1/calendars${search}`));
  });

  it.each([[null], [''], ['<?page=0>; rel="prev"'], ['<?page=2>; title="next"'], ['<?page=2>'], ['?page=2; rel="next"']])(
    'ends at %s',
    link => {
      expect(nextPage(link, PRESENT)).toBeNull();
    },
  );

  it.each([
    '<https://evil.example.org/calendars>; rel="next"',
    '<http://his.example.org/api/v1/calendars?page=2>; rel="next"',
    '<https://his.example.org:8443/x>; rel="next"',
    '<//169.254.169.254/latest>; rel="next"',
    '<https://user:pw@his.example.org/x>; rel="next"',
    '<https://>; rel="next"',
  ])('does not follow %s: the key would go along', link => {
    expect(nextPage(link, PRESENT)).toBe('not-followed');
  });
});
