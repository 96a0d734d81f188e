import { givenRequestId, readTraceparent, traceparentOf } from './trace-context-rules.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const UUID = '0199a6de-8d1c-7a52-b5d3-1f0c5e6a7b8c';
const UUID_DIGITS = '0199a6de8d1c7a52b5d31f0c5e6a7b8c';

describe('readTraceparent', () => {
  it.each([
    ['a sampled one', `00-${TRACE}-${SPAN}-01`, true],
    ['one that is not sampled', `00-${TRACE}-${SPAN}-00`, false],
    ['flags that are not known yet', `00-${TRACE}-${SPAN}-03`, true],
    ['a later version', `01-${TRACE}-${SPAN}-01`, true],
    ['more in a later version', `cc-${TRACE}-${SPAN}-00-what-the-future-will-be-like`, false],
  ])('reads %s', (_, text, isSampled) => {
    expect(readTraceparent(text)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled });
  });

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['the version that is none', `ff-${TRACE}-${SPAN}-01`],
    ['more in the version that has no more', `00-${TRACE}-${SPAN}-01-x`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['capital letters', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['a trace id that is too short', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['no flags', `00-${TRACE}-${SPAN}`],
    ['flags that are too long', `00-${TRACE}-${SPAN}-011`],
    ['two of them', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
    ['a name', 'Testa Inventada'],
  ])('finds none in %s', (_, text) => {
    expect(readTraceparent(text)).toBeNull();
  });
});

describe('traceparentOf', () => {
  it.each([true, false])('writes what readTraceparent reads, sampled: %s', isSampled => {
    const reference = { traceId: TRACE, spanId: SPAN, isSampled };

    expect(readTraceparent(traceparentOf(reference))).toEqual(reference);
  });
});

describe('givenRequestId', () => {
  const traceparent = `00-${TRACE}-${SPAN}-01`;

  it.each([
    ['the trace id of a traceparent', { traceparent }, TRACE],
    ['the trace id before an X-Request-Id', { traceparent, 'x-request-id': UUID }, TRACE],
    ['the X-Request-Id beside a broken traceparent', { traceparent: 'broken', 'x-request-id': UUID }, UUID_DIGITS],
    ['a UUID without its dashes', { 'x-request-id': UUID }, UUID_DIGITS],
    ['a UUID in small letters', { 'x-request-id': UUID.toUpperCase() }, UUID_DIGITS],
    ['a trace id as X-Request-Id', { 'x-request-id': TRACE }, TRACE],
    ['a trace id in small letters', { 'x-request-id': TRACE.toUpperCase() }, TRACE],
  ])('is %s', (_, headers, expected) => {
    expect(givenRequestId(headers)).toBe(expected);
  });

  it.each([
    ['no header', {}],
    ['a name', { 'x-request-id': 'Testa Inventada' }],
    ['a phone number', { 'x-request-id': '+639170000001' }],
    ['zeros', { 'x-request-id': '00000000-0000-0000-0000-000000000000' }],
    ['dashes in other places', { 'x-request-id': `${UUID_DIGITS.slice(0, 9)}-${UUID_DIGITS.slice(9)}` }],
    ['two ids', { 'x-request-id': `${UUID}, ${UUID}` }],
  ])('is none for %s', (_, headers) => {
    expect(givenRequestId(headers)).toBeNull();
  });
});
