import { setImmediate } from 'node:timers/promises';
import { acrossFacilities, facilitiesInScope, inRequestScope, narrowRequest, presentScope, withinFacilities } from './facility-scope.js';

/** What PostgreSQL is told, and what MikroORM is. */
type Seen = [string, string[] | null];
const seen = (): Seen => [presentScope(), facilitiesInScope()];

const request = (facilityIds: readonly string[] | null): Seen =>
  inRequestScope(() => {
    narrowRequest(facilityIds);
    return seen();
  });

describe('The facilities in scope', () => {
  it.each<[string, () => Seen, string, string[] | null]>([
    ['outside of any', seen, '', []],
    ['within one', () => withinFacilities(['a'], seen), 'a', ['a']],
    ['within two', () => withinFacilities(['a', 'b'], seen), 'a,b', ['a', 'b']],
    ['within no facility', () => withinFacilities([], seen), '', []],
    ['across all', () => acrossFacilities(seen), '*', null],
    ['of a request that has not said whose it is', () => inRequestScope(seen), '', []],
    ['of a request with a bound key', () => request(['a', 'b']), 'a,b', ['a', 'b']],
    ['of a request whose key is bound to no facility', () => request([]), '', []],
    ['of a request whose key is bound to none in particular', () => request(null), '*', null],
  ])('%s', (_, look, scope, facilities) => {
    expect(look()).toEqual([scope, facilities]);
  });

  it('end with the work', () => {
    acrossFacilities(() => withinFacilities(['a'], seen));

    expect(seen()).toEqual(['', []]);
  });

  it('are the inner ones where scopes are nested, and the outer again after', () => {
    const scopes = withinFacilities(['a'], () => [acrossFacilities(presentScope), withinFacilities(['b'], presentScope), presentScope()]);

    expect(scopes).toEqual(['*', 'b', 'a']);
  });

  it("are each request's own, while others run", async () => {
    const handle = (facilityIds: string[]): Promise<string[]> =>
      inRequestScope(async () => {
        const before = presentScope();
        await setImmediate();
        narrowRequest(facilityIds);
        await setImmediate();
        return [before, presentScope()];
      });

    await expect(Promise.all([handle(['a']), handle(['b'])])).resolves.toEqual([
      ['', 'a'],
      ['', 'b'],
    ]);
  });

  it('cannot be set where there is no request', () => {
    expect(() => narrowRequest(null)).toThrow('There is no request to narrow: inRequestScope comes first');
    expect(seen()).toEqual(['', []]);
  });
});
