import { parseHeader, parseHttpRequest } from './http-request-parser.js';

const BODY = '{"event":"appointmentCreated"}';

describe('A request in a file', () => {
  it.each([
    ['with its first line', `POST /hook HTTP/1.1\r\nWebhook-Id: msg_1\r\n\r\n${BODY}`, [['webhook-id', 'msg_1']], BODY],
    ['without it, with plain line ends', `webhook-id: msg_1\n\n${BODY}`, [['webhook-id', 'msg_1']], BODY],
    ['the body to the byte, its last line end too', `a: b\n\n${BODY}\n`, [['a', 'b']], `${BODY}\n`],
    ['a body with an empty line of its own', 'a: b\n\n{\n\n}', [['a', 'b']], '{\n\n}'],
    ['without what belongs to the connection', 'Host: x\nContent-Length: 3\nKeep-Alive: 5\nUpgrade: h2c\na: b\n\n{}', [['a', 'b']], '{}'],
    ['an empty value', 'a:\n\n{}', [['a', '']], '{}'],
  ])('is read %s', (_title, text, headers, body) => {
    const read = parseHttpRequest(Buffer.from(text));

    expect(read?.headers).toEqual(headers);
    expect(read?.body.toString()).toBe(body);
  });

  it('keeps bytes that are no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('a: b\n\n'), Buffer.from([0xff, 0x00, 0x7b])]);

    expect(parseHttpRequest(bytes)?.body).toEqual(Buffer.from([0xff, 0x00, 0x7b]));
  });

  it.each([
    ['nothing but a body', BODY],
    ['a line that is no header', `hello world\n\n${BODY}`],
    ['nothing', ''],
  ])('is not read: %s', (_title, text) => {
    expect(parseHttpRequest(Buffer.from(text))).toBeNull();
  });
});

it.each([
  ['X-Signature: sha256=ab', ['x-signature', 'sha256=ab']],
  ['no header', null],
  [': value', null],
])('the header %s', (line, header) => {
  expect(parseHeader(line)).toEqual(header);
});
