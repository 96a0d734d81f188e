import { transportVerdict, type TransportBreak } from './transport-failure.js';

const BROKEN: TransportBreak = { code: null, hasTimedOut: false, isTooLarge: false, isBlockedAddress: false, hadHeaders: false };

describe('transportVerdict', () => {
  it.each<[string, Partial<TransportBreak>, string]>([
    ['the deadline', { hasTimedOut: true, code: 'ERR_CANCELED' }, 'upstream-timeout'],
    ['the deadline within the body', { hasTimedOut: true, hadHeaders: true }, 'upstream-timeout'],
    ['too many bytes', { isTooLarge: true, code: 'ERR_BAD_RESPONSE', hadHeaders: true }, 'upstream-response-too-large'],
    ['a private address', { isBlockedAddress: true }, 'upstream-unreachable'],
    ['an unknown name', { code: 'ENOTFOUND' }, 'upstream-unreachable'],
    ['a closed port', { code: 'ECONNREFUSED' }, 'upstream-unreachable'],
    ['an expired certificate', { code: 'CERT_HAS_EXPIRED' }, 'upstream-unreachable'],
    ['a reset before the answer', { code: 'ECONNRESET' }, 'upstream-connection-lost'],
    ['a reset within the answer', { code: 'ECONNRESET', hadHeaders: true }, 'upstream-invalid-response'],
    ['a flood of headers', { code: 'HPE_HEADER_OVERFLOW' }, 'upstream-invalid-response'],
    ['broken gzip', { code: 'Z_DATA_ERROR', hadHeaders: true }, 'upstream-invalid-response'],
    ['what nobody foresaw', {}, 'upstream-connection-lost'],
  ])('%s', (_what, broken, code) => {
    expect(transportVerdict({ ...BROKEN, ...broken }).code).toBe(code);
  });
});
