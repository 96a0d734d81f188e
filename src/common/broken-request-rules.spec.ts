import { brokenRequest } from './broken-request-rules.js';

describe('brokenRequest', () => {
  it.each<[string | undefined, number, string]>([
    ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'request-timeout'],
    ['HPE_HEADER_OVERFLOW', 431, 'headers-too-large'],
    ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413, 'body-too-large'],
    ['HPE_INVALID_METHOD', 400, 'malformed-request'],
    ['ECONNRESET', 400, 'malformed-request'],
    [undefined, 400, 'malformed-request'],
  ])('answers %s with %i %s', (code, status, told) => {
    expect(brokenRequest(code)).toMatchObject({ status, code: told, detail: expect.stringMatching(/\.$/) });
  });
});
