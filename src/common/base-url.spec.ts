import { judgeBaseUrl, targetProblem } from './base-url.js';

const ALLOWED = ['127.0.0.1:3001', 'his.lan:8080', '[::1]:3001'];

describe('judgeBaseUrl', () => {
  it.each([
    ['https://his.example.org/api/v1', 'https://his.example.org/api/v1'],
    ['https://his.example.org/api/v1/', 'https://his.example.org/api/v1'],
    ['https://his.example.org', 'https://his.example.org'],
    ['https://HIS.Example.org:443/v1//', 'https://his.example.org/v1'],
    ['https://his.example.org:8443/v1', 'https://his.example.org:8443/v1'],
    ['https://8.8.8.8/v1', 'https://8.8.8.8/v1'],
    ['https://[2606:4700::1111]/v1', 'https://[2606:4700::1111]/v1'],
    ['http://127.0.0.1:3001/api/v1', 'http://127.0.0.1:3001/api/v1'],
    ['http://2130706433:3001/api/v1', 'http://127.0.0.1:3001/api/v1'],
    ['http://HIS.lan:8080', 'http://his.lan:8080'],
    ['https://his.lan:8080', 'https://his.lan:8080'],
    ['http://[::1]:3001/x', 'http://[::1]:3001/x'],
  ])('allows %s', (given, baseUrl) => {
    expect(judgeBaseUrl(given, ALLOWED)).toEqual({ isAllowed: true, baseUrl });
  });

  it.each([
    ['', 'not-a-url'],
    ['his.example.org/api', 'not-a-url'],
    ['//his.example.org', 'not-a-url'],
    ['https:his.example.org', 'not-a-url'],
    ['https://his.example.org/a b', 'not-a-url'],
    ['https://his.exa\tmple.org', 'not-a-url'],
    ['https:\\\\his.example.org', 'not-a-url'],
    ['https://', 'not-a-url'],
    ['ftp://his.example.org', 'scheme-not-allowed'],
    ['file:///etc/passwd', 'scheme-not-allowed'],
    ['https://user:secret@his.example.org', 'has-credentials'],
    ['https://his.example.org/api?x=1', 'has-query-or-fragment'],
    ['https://his.example.org/api?', 'has-query-or-fragment'],
    ['https://his.example.org/api#x', 'has-query-or-fragment'],
    ['https://his.example.org/api/v1/calendars', 'ends-with-endpoint'],
    ['https://his.example.org/api/v1/calendars/', 'ends-with-endpoint'],
    ['http://his.example.org', 'https-required'],
    ['http://his.lan:8081', 'host-not-public'],
    ['http://127.0.0.1:3002', 'host-not-public'],
    ['https://127.0.0.1', 'host-not-public'],
    ['https://127.1', 'host-not-public'],
    ['https://2130706433', 'host-not-public'],
    ['https://0x7f000001', 'host-not-public'],
    ['https://0177.0.0.1', 'host-not-public'],
    ['https://0.0.0.0', 'host-not-public'],
    ['https://-.com', 'host-malformed'],
    ['https://his-.example.org', 'host-malformed'],
    ['https://a..example', 'host-malformed'],
    [`https://${'x'.repeat(64)}.example`, 'host-malformed'],
    ['https://10.1.2.3', 'host-not-public'],
    ['https://100.100.100.200', 'host-not-public'],
    ['https://168.63.129.16', 'host-not-public'],
    ['https://169.254.169.254/latest', 'host-not-public'],
    ['https://172.31.0.1', 'host-not-public'],
    ['https://192.168.1.1', 'host-not-public'],
    ['https://[::1]', 'host-not-public'],
    ['https://[::]', 'host-not-public'],
    ['https://[::ffff:127.0.0.1]', 'host-not-public'],
    ['https://[::ffff:a9fe:a9fe]', 'host-not-public'],
    ['https://[64:ff9b::a9fe:a9fe]', 'host-not-public'],
    ['https://[2002:7f00:1::]', 'host-not-public'],
    ['https://[fd00:ec2::254]', 'host-not-public'],
    ['https://[fe80::1]', 'host-not-public'],
    ['https://localhost', 'host-not-public'],
    ['https://localhost.', 'host-not-public'],
    ['https://db.localhost', 'host-not-public'],
    ['https://postgres', 'host-not-public'],
    ['https://metadata.google.internal', 'host-not-public'],
    ['https://printer.local', 'host-not-public'],
    ['https://his.example.test', 'host-not-public'],
    ['https://192.31.196.1', 'host-not-public'],
    ['https://[2620:4f:8000::1]', 'host-not-public'],
    ['https://-his.example.org', 'host-malformed'],
    ['https://his-.example.org', 'host-malformed'],
    ['https://his_1.example.org', 'host-malformed'],
    ['https://his..example.org', 'host-malformed'],
    [`https://${'a'.repeat(64)}.example.org`, 'host-malformed'],
    [`https://${'a.'.repeat(126)}org`, 'host-malformed'],
  ])('refuses %s: %s', (given, code) => {
    expect(judgeBaseUrl(given, ALLOWED)).toMatchObject({ isAllowed: false, code });
  });

  it('repeats nothing of the URL in its message', () => {
    const verdict = judgeBaseUrl('https://user:s3cret@his.example.org', []);

    expect(JSON.stringify(verdict)).not.toMatch(/s3cret|his\.example/);
  });

  it('asks again for each call whether the host is still allowed', () => {
    const url = new URL('http://127.0.0.1:3001/api/v1/calendars');

    expect(targetProblem(url, ALLOWED)).toBeNull();
    expect(targetProblem(url, [])).toMatchObject({ code: 'host-not-public' });
  });
});
