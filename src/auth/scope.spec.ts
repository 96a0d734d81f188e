import { hasScope, mayTouch, SCOPES, type Caller, type Scope } from './scope.js';

const caller = (more: Partial<Caller>): Caller => ({ keyId: 'key-1', scopes: [], facilityIds: [], ...more });

describe('hasScope', () => {
  it.each<[Scope[], Scope[]]>([
    [[], []],
    [['read'], ['read']],
    [['write'], ['read', 'write']],
    [['admin'], ['read', 'write', 'admin']],
    [
      ['read', 'write'],
      ['read', 'write'],
    ],
    [
      ['admin', 'read'],
      ['read', 'write', 'admin'],
    ],
    [
      ['read', 'admin'],
      ['read', 'write', 'admin'],
    ],
  ])('a key with %j may %j', (scopes, allowed) => {
    expect(SCOPES.filter(needed => hasScope(caller({ scopes }), needed))).toEqual(allowed);
  });

  it('takes a scope that nobody knows for none', () => {
    expect(SCOPES.filter(needed => hasScope(caller({ scopes: ['owner' as Scope, 'ADMIN' as Scope] }), needed))).toEqual([]);
  });
});

describe('mayTouch', () => {
  it.each<[string, string[] | null, boolean]>([
    ['is bound to it', ['facility-1'], true],
    ['is bound to it and others', ['facility-2', 'facility-1'], true],
    ['is bound to none', [], false],
    ['is bound to another', ['facility-2'], false],
    ['is bound to one whose id only begins so', ['facility-10'], false],
    ['is not bound', null, true],
  ])('a key that %s', (_, facilityIds, may) => {
    expect(mayTouch(caller({ facilityIds }), 'facility-1')).toBe(may);
  });

  it('gives an admin no facility that its key is not bound to', () => {
    expect(mayTouch(caller({ scopes: ['admin'], facilityIds: ['facility-2'] }), 'facility-1')).toBe(false);
  });
});
