import { readBody, readRetryAfter } from './upstream-reply.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('readBody', () => {
  it.each([
    ['application/json', '{"a":1}', { kind: 'json', value: { a: 1 } }],
    ['application/problem+json; charset=utf-8', '[]', { kind: 'json', value: [] }],
    ['Application/JSON;charset="UTF-8"', 'null', { kind: 'json', value: null }],
    [null, '{"a":1}', { kind: 'json', value: { a: 1 } }],
    ['application/json', '\uFEFF{"a":1}', { kind: 'json', value: { a: 1 } }],
    ['text/html', '', { kind: 'empty' }],
    ['application/json', ' \r\n', { kind: 'empty' }],
    ['application/json', '{"id":12345678901234567890}', { kind: 'json', value: { id: '12345678901234567890' } }],
    ['application/json', '{"id":42,"x":0.1234567890123456789}', { kind: 'json', value: { id: 42, x: 0.1234567890123456789 } }],
  ])('reads %s %s', (contentType, text, body) => {
    expect(readBody(contentType, null, bytes(text))).toEqual(body);
  });

  it.each([
    ['text/html', null, '<html>'],
    ['text/plain', null, '{}'],
    ['application/json', null, '{"a":'],
    ['application/json', null, '<html>'],
    ['application/json', 'compress, gzip', '{}'],
    ['application/json; charset=martian', null, '{}'],
    [null, null, '<html>'],
  ])('cannot read %s %s %s, and quotes nothing of it', (contentType, encoding, text) => {
    const body = readBody(contentType, encoding, bytes(text));

    expect(body).toMatchObject({ kind: 'unreadable' });
    expect(JSON.stringify(body)).not.toContain(text);
  });

  it('takes bytes in the character set that is declared, and no other', () => {
    const latin1 = Uint8Array.from(Buffer.from('{"name":"Peña"}', 'latin1'));

    expect(readBody('application/json; charset=iso-8859-1', null, latin1)).toEqual({ kind: 'json', value: { name: 'Peña' } });
    expect(readBody('application/json', null, latin1)).toMatchObject({ kind: 'unreadable' });
  });
});

describe('readRetryAfter', () => {
  const now = new Date('2026-03-09T01:00:00Z');

  it.each([
    ['30', 30],
    ['0', 0],
    ['999999999', 86_400],
    ['Mon, 09 Mar 2026 01:02:00 GMT', 120],
    ['Mon, 09 Mar 2026 00:00:00 GMT', 0],
    ['soon', null],
    ['-1', null],
    ['2026-03-09', null],
    [null, null],
  ])('%s is %s seconds', (header, seconds) => {
    expect(readRetryAfter(header, now)).toBe(seconds);
  });
});
