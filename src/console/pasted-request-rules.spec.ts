import { pastedRequest } from './pasted-request-rules.js';

describe('pastedRequest', () => {
  it.each<[string, string, Record<string, string | string[]>]>([
    ['headers, their names in lower case', 'Webhook-Id: msg_1\r\nX-Empty:', { 'webhook-id': 'msg_1', 'x-empty': '' }],
    ['a header that comes twice', 'a: 1\nA: 2', { a: ['1', '2'] }],
    ['values with colons', 'date: 2026-10-01T08:00:00Z', { date: '2026-10-01T08:00:00Z' }],
    ['a request line, which it passes over', 'POST /api/v1/webhooks/t HTTP/1.1\nhost: hub', { host: 'hub' }],
    ['a curl command', 'curl -X POST \\\n  -H \'webhook-id: msg_1\' \\\n  -H "a: b"', { 'webhook-id': 'msg_1', a: 'b' }],
    ['a curl header without quotes, or with one alone, as none', "-H a: b\n-H 'a: b", {}],
    ['nothing', '', {}],
  ])('reads %s', (_, text, headers) => {
    expect(pastedRequest(text, '').headers).toEqual(headers);
  });

  it.each([
    ['a value that ends in another line, for Unicode', `a:${' '.repeat(2_000)}b\u2028c`],
    ['a quoted header with something behind', `-H ''${' '.repeat(19_990)}b`],
    ['blanks alone', ' '.repeat(20_000)],
  ])('is not kept busy by %s', (_, text) => {
    const startedMs = performance.now();
    pastedRequest(text, '');

    expect(performance.now() - startedMs).toBeLessThan(200);
  });

  it.each<[string, string, string[]]>([
    ['of one line is what it is', '{"a":1}', ['{"a":1}']],
    ['of a browser has lost its line breaks', '{\r\n}', ['{\n}', '{\r\n}']],
    ['may have got a last line break by pasting', '{}\r\n', ['{}\n', '{}', '{}\r\n']],
    ['may be none', '', ['']],
  ])('a body %s', (_, text, bodies) => {
    expect(pastedRequest('', text).bodies.map(String)).toEqual(bodies);
  });
});
