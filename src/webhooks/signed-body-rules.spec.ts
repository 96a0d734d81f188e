import { rebuiltBodies, reencodedBodies, retrimmedBodies } from './signed-body-rules.js';

const texts = (bodies: (rawBody: Buffer) => Generator<Buffer>, body: string | Buffer): string[] =>
  [...bodies(Buffer.from(body))].map(made => made.toString('latin1'));
const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

describe('rebuiltBodies', () => {
  it('lays JSON out as JavaScript, Python and PHP do, its keys as they come and sorted', () => {
    expect(texts(rebuiltBodies, '{ "b": [1, "ñ/"],\n"a": {} }')).toEqual(
      [
        ['{"b":[1,"ñ/"],"a":{}}', '{"b": [1, "ñ/"], "a": {}}'],
        ['{\n  "b": [\n    1,\n    "ñ/"\n  ],\n  "a": {}\n}', '{\n    "b": [\n        1,\n        "ñ/"\n    ],\n    "a": {}\n}'],
        ['{"a":{},"b":[1,"ñ/"]}', '{"a": {}, "b": [1, "ñ/"]}'],
        ['{\n  "a": {},\n  "b": [\n    1,\n    "ñ/"\n  ]\n}', '{\n    "a": {},\n    "b": [\n        1,\n        "ñ/"\n    ]\n}'],
      ]
        .flat()
        .flatMap(layout => {
          const escaped = layout.replace('ñ', '\\u00f1');
          return [latin1(layout), escaped, latin1(layout.replace('/', '\\/')), escaped.replace('/', '\\/')];
        }),
    );
  });

  it('sorts the keys of objects, wherever, and no list', () => {
    expect(texts(rebuiltBodies, '{"z":[{"y":2,"x":null},3,1]}')).toContain('{"z":[{"x":null,"y":2},3,1]}');
  });

  it.each<[string, string, number]>([
    ['no JSON', '{"a":1', 0],
    ['nothing', '', 0],
    ['as deep as is read', '['.repeat(32) + ']'.repeat(32), 32],
    ['one deeper', '['.repeat(33) + ']'.repeat(33), 0],
    ['as deep as is read, of objects', `${'{"a":'.repeat(32)}1${'}'.repeat(32)}`, 32],
    ['one deeper, of objects', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, 0],
    ['wide, not deep', `[${'[],{},'.repeat(40)}1]`, 32],
  ])('makes of a body that is %s so many: %#', (_, body, count) => {
    expect(texts(rebuiltBodies, body)).toHaveLength(count);
  });
});

describe('reencodedBodies', () => {
  it('writes the same text in other bytes', () => {
    expect(texts(reencodedBodies, 'ñ\\u00F1\n')).toEqual([
      '\\u00f1\\u00F1\n',
      latin1('ññ\n'),
      'ñ\\u00F1\n',
      latin1(latin1('ñ\\u00F1\n')),
      Buffer.from('ñ\\u00F1\n', 'utf16le').toString('latin1'),
      latin1('\ufeffñ\\u00F1\n'),
      latin1('ñ\\u00F1\n'),
      latin1('ñ\\u00F1\r\n'),
    ]);
  });

  it('takes a byte order mark away, and makes one kind of line end', () => {
    const made = texts(reencodedBodies, '\ufeffa\r\nb\nc');

    expect(made).toContain('a\r\nb\nc');
    expect(made).toContain(latin1('\ufeffa\nb\nc'));
    expect(made).toContain(latin1('\ufeffa\r\nb\r\nc'));
  });
});

describe('retrimmedBodies', () => {
  it('takes the space around away, and puts a line end after', () => {
    expect(texts(retrimmedBodies, ' {} \n')).toEqual(['{}', ' {}', ' {} \n\n', ' {} \n\r\n']);
  });
});
