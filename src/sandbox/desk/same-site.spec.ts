import { refusalOf, type RequestSource } from './same-site.js';

function aSource(change: Partial<RequestSource> = {}): RequestSource {
  return {
    localAddress: '127.0.0.1',
    host: '127.0.0.1:3001',
    origin: 'http://127.0.0.1:3001',
    secFetchSite: 'same-origin',
    isChange: true,
    ...change,
  };
}

describe('refusalOf', () => {
  it.each<[string, Partial<RequestSource>]>([
    ['the page’s own form', {}],
    ['a client that is no browser', { origin: undefined, secFetchSite: undefined }],
    ['localhost', { host: 'localhost:3001', origin: 'http://localhost:3001' }],
    ['IPv6', { localAddress: '::1', host: '[::1]:3001', origin: 'http://[::1]:3001' }],
    ['IPv4 on a socket of both', { localAddress: '::ffff:127.0.0.1' }],
    ['a link from elsewhere, which only reads', { isChange: false, origin: undefined, secFetchSite: 'cross-site' }],
  ])('lets in %s', (_what, change) => {
    expect(refusalOf(aSource(change))).toBeNull();
  });

  it.each<[string, Partial<RequestSource>]>([
    ['another site', { origin: 'https://evil.example', secFetchSite: 'cross-site' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:3000', secFetchSite: 'same-site' }],
    ['another site, by an old browser', { origin: 'https://evil.example', secFetchSite: undefined }],
    ['a frame without an origin', { origin: 'null', secFetchSite: undefined }],
    ['what was typed as an address', { origin: undefined, secFetchSite: 'none' }],
  ])('refuses a change by %s', (_what, change) => {
    expect(refusalOf(aSource(change))).toBe('Only the forms of this page may do that.');
  });

  it.each<[string, Partial<RequestSource>]>([
    ['a foreign name that was pointed here', { host: 'evil.example:3001', origin: 'http://evil.example:3001', isChange: false }],
    ['a name that only begins as loopback’s', { host: '127.0.0.1.evil.example', isChange: false }],
    ['no name', { host: undefined, isChange: false }],
    ['the network', { localAddress: '192.0.2.7', isChange: false }],
    ['an unknown address', { localAddress: undefined, isChange: false }],
  ])('refuses %s altogether', (_what, change) => {
    expect(refusalOf(aSource(change))).toBe('This page is served on loopback alone.');
  });
});
