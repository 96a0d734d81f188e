import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { sendEventCommand, webhooksCommand } from '../../src/conformance/webhooks/command.js';
import { eventually } from '../support/eventually.js';
import { startJourney, type Journey } from '../support/journey.js';
import { signed, webhookSender } from '../support/webhooks.js';

const EVENT = {
  event: 'appointmentCreated',
  appointment_id: 'A-1',
  name: 'Testa Inventada',
  datetime: '2026-10-07T13:00:00+08:00',
  occurred_at: '2026-10-01T07:00:00+08:00',
  calendar_id: 'cal-general',
};

describe('The vendor’s kit for webhooks', () => {
  let journey: Journey;
  let token: string;
  let secret: string;
  let previousSecret: string;
  let lines: string[];
  let folder: string;

  beforeAll(async () => {
    journey = await startJourney({ status: 'testing' });
    const { hub, facilityId, clock } = journey;
    previousSecret = (await webhookSender(hub, facilityId, () => clock.now())).secret;
    const sender = await webhookSender(hub, facilityId, () => clock.now());
    ({ secret } = sender);
    token = sender.url.split('/').at(-1) ?? '';
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'webhooks-kit-'));
  });
  beforeEach(() => {
    lines = [];
    // A facility has thirty dry-runs a minute.
    journey.clock.advance(60_000);
  });
  afterAll(async () => {
    fs.rmSync(folder, { recursive: true, force: true });
    await journey.close();
  });

  const run = (command: typeof webhooksCommand, ...args: string[]): Promise<number> =>
    command(['--hub-url', journey.hub.url, '--token', token, ...args], {
      print: line => void lines.push(line),
      now: () => journey.clock.now(),
    });
  const aFile = (name: string, content: string): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, content);
    return file;
  };
  const headersOf = (body: string, at = journey.clock.now(), key = secret): Record<string, string> => signed(key, 'msg_1', at, body);
  const requestFile = (body: string, headers = headersOf(body)): string =>
    aFile(
      'request.http',
      ['POST /x HTTP/1.1', 'Host: hub.test', ...Object.entries(headers).map(([n, v]) => `${n}: ${v}`), '', body].join('\r\n'),
    );
  const printed = (): string => lines.join('\n');
  const eventCount = async (): Promise<number> =>
    (await journey.hub.sql<{ n: number }>('select count(*)::int as n from webhook_event'))[0]?.n ?? -1;
  /** Where it listens, from what it prints. */
  const listening = (): Promise<string> =>
    eventually(
      'it listens',
      () =>
        /http:\/\/127\.0\.0\.1:(?!\d+\/hook)\d+\//.exec(
          lines
            .find(line => /Send your|must come back/.test(line))
            ?.split(' to ')
            .at(-1) ?? '',
        )?.[0] ?? null,
    );

  describe('with a webhook in a file', () => {
    it('says that it is good, and what is understood, without effect', async () => {
      const before = await eventCount();

      expect(await run(webhooksCommand, '--file', requestFile(JSON.stringify(EVENT)))).toBe(0);

      expect(lines[0]).toMatch(/^ok .*: 202$/);
      expect(printed()).toContain('understood as appointmentCreated; fields read: ');
      expect(await eventCount()).toBe(before);
    });

    it.each<[string, () => string, string]>([
      [
        'made anew after it was signed',
        () => requestFile(JSON.stringify(EVENT, null, 1), headersOf(JSON.stringify(EVENT))),
        '401 no-matching-signature (body-reserialized)',
      ],
      [
        'signed with another secret',
        () => requestFile('{}', headersOf('{}', undefined, 'whsec_b3RoZXItc2VjcmV0LW9mLW5vYm9keQ==')),
        '401 no-matching-signature',
      ],
      ['signed long ago', () => requestFile('{}', headersOf('{}', new Date('2026-09-01T00:00:00Z'))), '401 timestamp-too-old'],
      ['unsigned', () => requestFile('{}', { 'content-type': 'application/json' }), '401 missing-header'],
      ['of no known name', () => requestFile('{"event":"nothing"}'), '202 unknown-event'],
      ['a list', () => requestFile('[]'), '400 not-an-object'],
    ])('that is %s: one FAIL line and exit code 1', async (_title, file, answer) => {
      expect(await run(webhooksCommand, '--file', file())).toBe(1);

      expect(lines[0]).toMatch(/^FAIL /);
      expect(lines[0]).toContain(`: ${answer}`);
      expect(lines.length).toBeGreaterThan(1);
    });

    it('takes it in parts, too', async () => {
      const body = JSON.stringify(EVENT);
      const headers = Object.entries(headersOf(body)).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);

      expect(await run(webhooksCommand, '--body', aFile('body.json', body), ...headers)).toBe(0);
    });

    it('names what is asked for and lacks', async () => {
      await run(webhooksCommand, '--file', requestFile(JSON.stringify({ ...EVENT, occurred_at: undefined, calendar_id: undefined })));

      expect(printed()).toContain('not given, and asked for: occurredAt');
      expect(printed()).toContain('not given, and asked for: calendarId');
    });
  });

  it('listens in the hub’s place, tells of each, and answers as the hub would', async () => {
    const exit = run(webhooksCommand, '--listen', '0', '--count', '2');
    const url = await listening();
    const body = JSON.stringify(EVENT);

    const good = await fetch(url, { method: 'POST', headers: headersOf(body), body });
    const bad = await fetch(url, { method: 'POST', headers: headersOf(`${body} `), body });

    expect([good.status, bad.status]).toEqual([202, 401]);
    expect(await exit).toBe(1);
    expect(lines.filter(line => /^(ok|FAIL) /.test(line)).map(line => line.slice(0, 4))).toEqual(['ok  ', 'FAIL']);
    expect(lines.at(-1)).toBe('1 passed, 1 failed');
  });

  describe('with the corpus', () => {
    it('finds the hub’s verdicts as the contract has them, in a dry-run alone', async () => {
      const before = await eventCount();

      const exit = await run(webhooksCommand, '--corpus', '--secret', secret, '--previous-secret', previousSecret);

      expect(lines.filter(line => line.startsWith('FAIL'))).toEqual([]);
      expect(exit).toBe(0);
      expect(lines.filter(line => line.startsWith('skip')).length).toBe(6);
      expect(await eventCount()).toBe(before);
    });

    it('sends for real what takes effect, when it is told to: what is moved before it is booked ends as moved', async () => {
      expect(await run(webhooksCommand, '--corpus', '--apply', '--secret', secret)).toBe(0);

      expect(lines.filter(line => line.startsWith('skip'))).toEqual([]);
      expect(printed()).toContain('202 duplicate');
      const moved = await eventually('both are applied', async () => {
        const rows = await journey.hub.sql<{ n: number }>(
          `select count(*)::int as n from webhook_event e join appointment a on a.id = e.appointment_id where a.external_id like 'KIT-%-f' and e.outcome <> 'pending'`,
        );
        return rows[0]?.n === 2;
      });
      expect(moved).toBe(true);
    });

    it('fails in lines where the secret is not the facility’s, and never prints it', async () => {
      const wrong = 'whsec_bm90LXRoaXMtZmFjaWxpdGllcy1zZWNyZXQ=';

      expect(await run(webhooksCommand, '--corpus', '--secret', wrong)).toBe(1);

      expect(lines).toContainEqual(expect.stringMatching(/^FAIL created: .* the hub says 401 no-matching-signature instead of 202$/));
      expect(printed()).not.toContain(wrong.slice(6));
    });
  });

  describe('through the vendor’s own code', () => {
    /** A vendor's hook: signs what it gets and sends it, as its own sender would. */
    const aVendor = async ({
      again = true,
      sign = (text: string) => headersOf(text),
      text = (event: unknown) => JSON.stringify(event),
    } = {}): Promise<{ url: string; close: () => void }> => {
      const server = http.createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          response.writeHead(202).end();
          const body = text(JSON.parse(Buffer.concat(chunks).toString('utf8')));
          const send = async (): Promise<void> => {
            const answer = await fetch(await listening(), { method: 'POST', headers: sign(body), body });
            if (answer.status === 503 && again) await send();
          };
          void send();
        });
      });
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
      return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, close: () => server.close() };
    };

    it('passes one that signs what it sends, and tries again', async () => {
      const vendor = await aVendor();
      const exit = await run(webhooksCommand, '--listen', '0', '--through', vendor.url);

      expect(exit).toBe(0);
      expect(lines.at(-1)).toBe('11 passed, 0 failed');
      vendor.close();
    });

    it('finds one that signs other bytes than it sends', async () => {
      const vendor = await aVendor({ sign: text => headersOf(JSON.stringify(JSON.parse(text), null, 2)) });
      const exit = await run(webhooksCommand, '--listen', '0', '--through', vendor.url);

      expect(exit).toBe(1);
      expect(lines).toContainEqual(expect.stringMatching(/^FAIL appointmentCreated: .*body-reserialized/));
      vendor.close();
    });

    it('finds one that signs with the time of the event', async () => {
      const timeOf = (text: string): Date => new Date((JSON.parse(text) as { occurred_at: string }).occurred_at);
      const vendor = await aVendor({ sign: text => signed(secret, 'msg_of_the_event', timeOf(text), text) });
      const exit = await run(webhooksCommand, '--listen', '0', '--through', vendor.url);

      expect(exit).toBe(1);
      expect(lines.filter(line => line.startsWith('FAIL'))).toEqual([expect.stringMatching(/^FAIL late: .*timestamp-too-old/)]);
      vendor.close();
    });

    it('finds one that gives a new id to each try', async () => {
      let tries = 0;
      const vendor = await aVendor({ sign: text => signed(secret, `msg_${tries++}`, journey.clock.now(), text) });
      const exit = await run(webhooksCommand, '--listen', '0', '--through', vendor.url);

      expect(exit).toBe(1);
      expect(lines.filter(line => line.startsWith('FAIL'))).toEqual([expect.stringContaining('keep the id of the event')]);
      vendor.close();
    });

    it('finds a hook that is not there', async () => {
      expect(await run(webhooksCommand, '--listen', '0', '--through', 'http://127.0.0.1:9/hook')).toBe(1);

      expect(lines).toContainEqual(expect.stringContaining('your hook does not answer'));
    });
  });

  describe('send-event', () => {
    it.each(['appointmentCreated', 'appointmentRescheduled', 'Queued', 'appointmentCanceled', 'patientCreated'])(
      'signs and sends %s',
      async event => {
        const exit = await run(
          sendEventCommand,
          '--event',
          event,
          '--appointment-id',
          'S-1',
          '--secret-file',
          aFile('secret', `${secret}\n`),
        );

        expect(exit).toBe(0);
        expect(printed()).toMatch(/ok .* 202 accepted, webhook event [0-9a-f-]{36}/);
        expect(printed()).not.toContain(secret.slice(6));
      },
    );

    it('tries it without effect', async () => {
      const before = await eventCount();

      expect(await run(sendEventCommand, '--event', 'appointmentCreated', '--secret', secret, '--dry-run')).toBe(0);

      expect(printed()).toContain('understood as appointmentCreated');
      expect(await eventCount()).toBe(before);
    });

    it('says which check failed', async () => {
      const wrong = 'whsec_bm90LXRoaXMtZmFjaWxpdGllcy1zZWNyZXQ=';

      expect(await run(sendEventCommand, '--event', 'Queued', '--secret', wrong)).toBe(1);
      expect(printed()).toContain('FAIL Queued: 401 no-matching-signature');
    });
  });

  it.each([webhooksCommand, sendEventCommand])('--help shows how it is called, and exits with 0', async command => {
    const printed: string[] = [];

    const code = await command(['--help'], { print: line => void printed.push(line), now: () => new Date(0) });

    expect(code).toBe(0);
    expect(printed.join('\n')).toMatch(/^npm run -s conformance -- (webhooks|send-event) --hub-url URL/);
  });

  describe('called wrongly', () => {
    it.each<[string, string[], RegExp]>([
      ['nothing to look at', [], /--file, --body, --listen/],
      ['two things', ['--corpus', '--file', 'x', '--secret', 'y'], /one of them/],
      ['an unknown option', ['--colour', 'blue'], /--colour is not known/],
      ['no secret', ['--corpus'], /--secret or --secret-file/],
      ['a file that is not there', ['--file', '/nonexistent/request.http'], /cannot be read/],
      ['a file that is no request', ['--file', '/dev/null'], /is no request/],
    ])('exits with 2: %s', async (_title, args, told) => {
      expect(await run(webhooksCommand, ...args)).toBe(2);
      expect(printed()).toMatch(told);
    });

    it('exits with 2 where the hub is away', async () => {
      const args = ['--hub-url', 'http://127.0.0.1:9', '--token', 'x', '--file', requestFile('{}')];

      expect(await webhooksCommand(args, { print: line => void lines.push(line), now: () => new Date(0) })).toBe(2);
      expect(printed()).toBe('FAIL hub: nobody answers there');
    });
  });

  it('signs a plain HMAC, too', async () => {
    const { hub, facilityId } = journey;
    await hub.call('PATCH', `/facilities/${facilityId}`, { webhook: { scheme: 'hmac-sha256', headerName: 'X-Kit-Mac' } });
    const scheme = ['--scheme', 'hmac-sha256', '--header-name', 'X-Kit-Mac', '--secret', secret];

    expect(await run(webhooksCommand, '--corpus', ...scheme)).toBe(0);
    expect(await run(sendEventCommand, '--event', 'Queued', '--dry-run', ...scheme)).toBe(0);
  });
});
