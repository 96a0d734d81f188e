import { readJsonObject } from './json-body-rules.js';

const deep = (levels: number): string => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;

describe('readJsonObject', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['an object', '{"event":"Queued","n":1}', { event: 'Queued', n: 1 }],
    ['an empty object', '{}', {}],
    ['white space around it', ' \r\n{"a":1}\n', { a: 1 }],
    ['a byte order mark', '\uFEFF{"a":1}', { a: 1 }],
    ['letters beyond ASCII', '{"name":"Niña Ñandú 山田 😀"}', { name: 'Niña Ñandú 山田 😀' }],
    [
      'brackets within texts',
      `{"a":"${'[{'.repeat(500)}","b":"\\"${'['.repeat(500)}\\\\"}`,
      { a: '[{'.repeat(500), b: `"${'['.repeat(500)}\\` },
    ],
    ['many objects beside each other', `{"a":[${Array(500).fill('{}').join()}]}`, { a: Array<object>(500).fill({}) }],
  ])('takes %s', (_what, text, object) => {
    expect(readJsonObject(Buffer.from(text))).toEqual({ ok: true, object });
  });

  it('takes 64 levels and refuses 65', () => {
    expect(readJsonObject(Buffer.from(deep(64)))).toMatchObject({ ok: true });
    expect(readJsonObject(Buffer.from(deep(65)))).toMatchObject({ ok: false, code: 'too-deep' });
  });

  it.each<[string, Buffer, string]>([
    ['no bytes', Buffer.alloc(0), 'empty-body'],
    ['white space only', Buffer.from(' \n\t'), 'empty-body'],
    ['a byte order mark only', Buffer.from('\uFEFF'), 'empty-body'],
    ['a byte that is no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'invalid-utf8'],
    ['Latin-1', Buffer.from('{"name":"Niña"}', 'latin1'), 'invalid-utf8'],
    ['half of a surrogate pair in bytes', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'invalid-utf8'],
    ['UTF-16', Buffer.from('\uFEFF{"a":1}', 'utf16le'), 'invalid-utf8'],
    ['half an object', Buffer.from('{"name":"Planted'), 'malformed-json'],
    ['a form', Buffer.from('event=Queued&appointment_id=A1'), 'malformed-json'],
    ['a raw NUL', Buffer.from('{"a":"\0"}'), 'malformed-json'],
    ['two objects', Buffer.from('{}{}'), 'malformed-json'],
    ['an array', Buffer.from('[{"event":"Queued"}]'), 'not-an-object'],
    ['null', Buffer.from('null'), 'not-an-object'],
    ['a text', Buffer.from('"Queued"'), 'not-an-object'],
    ['a number', Buffer.from('7'), 'not-an-object'],
    ['10,000 levels of objects', Buffer.from(deep(10_000)), 'too-deep'],
    ['10,000 levels of arrays', Buffer.from(`{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`), 'too-deep'],
    ['260,000 opening brackets', Buffer.from('['.repeat(260_000)), 'too-deep'],
  ])('refuses %s', (_what, raw, code) => {
    expect(readJsonObject(raw)).toEqual({ ok: false, code, message: expect.stringMatching(/\.$/) });
  });

  it('quotes nothing of the body', () => {
    expect(JSON.stringify(readJsonObject(Buffer.from('{"name":"Planted Maria'))).toLowerCase()).not.toContain('planted');
  });

  it('keeps __proto__ a property like any other', () => {
    const body = readJsonObject(Buffer.from('{"__proto__":{"event":"Queued"},"constructor":{"prototype":{"event":"Queued"}}}'));

    const object = body.ok ? body.object : {};
    expect(Object.keys(object)).toEqual(['__proto__', 'constructor']);
    expect(object['event']).toBeUndefined();
    expect(({} as Record<string, unknown>)['event']).toBeUndefined();
  });
});
