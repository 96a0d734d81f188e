import { randomUUID } from 'node:crypto';
import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../../src/database/worker-context.js';
import { FacilitiesService } from '../../src/facilities/facilities.service.js';
import { WebhookSecretsService } from '../../src/facilities/webhook-secrets.service.js';
import { WebhookTokens } from '../../src/facilities/webhook-tokens.js';
import { eventually } from '../support/eventually.js';
import { aFacility } from '../support/factories.js';
import { startHub, type TestHub } from '../support/hub.js';
import { TestClock } from '../support/test-clock.js';
import { wholeDatabase } from '../support/whole-database.js';

const SECRET = /^whsec_[A-Za-z0-9+/]{43}=$/;

interface Made {
  id: string;
  webhook: { scheme: string; headerName: string | null; url: string; secret: string };
}

describe('A facility’s webhooks', () => {
  let hub: TestHub;
  let other: TestHub;
  let clock: TestClock;

  beforeAll(async () => {
    clock = new TestClock('2026-10-01T00:00:00Z');
    hub = await startHub({ clock, config: { publicUrl: 'https://hub.example' } });
    other = await startHub({ clock, besides: hub });
  });
  beforeEach(() => {
    clock.set('2026-10-01T00:00:00Z');
  });
  afterAll(async () => {
    await other.close();
    await hub.close();
  });

  const make = async (overrides: Record<string, unknown> = {}): Promise<Made> => {
    const { status, body } = await hub.call('POST', '/facilities', aFacility(overrides));
    expect(status).toBe(201);
    return body as Made;
  };
  const rotate = async (id: string): Promise<{ secret: string; previousValidUntil: string | null }> => {
    const { status, body } = await hub.call('POST', `/facilities/${id}/webhook-secret`);
    expect(status).toBe(201);
    return body as { secret: string; previousValidUntil: string | null };
  };
  /** As the webhooks' edge asks for them. */
  const secretsOf = (id: string, { app }: TestHub = hub): Promise<string[]> =>
    asWorker(app.get(MikroORM).em, async () => {
      const facility = await app.get(FacilitiesService).find(id);
      if (!facility) throw new Error('There is no such facility');
      return app.get(WebhookSecretsService).of(facility);
    });
  const ensure = (id: string): Promise<string> =>
    asWorker(hub.app.get(MikroORM).em, () => hub.app.get(FacilitiesService).ensureWebhookSecret(id));
  const withoutSecret = async (): Promise<string> => {
    const { id } = await make();
    await hub.sql(`delete from facility_secret where facility_id = $1 and kind = 'webhook'`, [id]);
    return id;
  };

  describe('settings', () => {
    it.each([
      ['nothing', undefined, { scheme: 'standard-webhooks', headerName: null }],
      ['hmac-sha256', { scheme: 'hmac-sha256' }, { scheme: 'hmac-sha256', headerName: 'X-Signature' }],
      [
        'a header of its own',
        { scheme: 'hmac-sha256', headerName: 'X-Hospital-Signature' },
        { scheme: 'hmac-sha256', headerName: 'X-Hospital-Signature' },
      ],
      ['a header that its scheme has no use for', { headerName: 'X-Signature' }, { scheme: 'standard-webhooks', headerName: null }],
    ])('are taken at creation, and shown: %s', async (_, webhook, shown) => {
      const made = await make(webhook === undefined ? {} : { webhook });
      const { body } = await hub.call('GET', `/facilities/${made.id}`);

      expect(made.webhook).toEqual({ ...shown, url: expect.any(String), secret: expect.stringMatching(SECRET) });
      expect(body.webhook).toEqual({ ...made.webhook, secret: null });
    });

    it('are merged deeply', async () => {
      const { id, webhook } = await make({ webhook: { scheme: 'hmac-sha256', headerName: 'X-One' } });
      const patch = async (change: Record<string, unknown>): Promise<unknown> =>
        (await hub.call('PATCH', `/facilities/${id}`, change)).body.webhook;
      const shown = { ...webhook, secret: null };

      expect(await patch({ name: 'Test Renamed' })).toEqual(shown);
      expect(await patch({ webhook: { headerName: 'X-Two' } })).toEqual({ ...shown, headerName: 'X-Two' });
      expect(await patch({ webhook: { headerName: null } })).toEqual({ ...shown, headerName: 'X-Signature' });
      expect(await patch({ webhook: { scheme: 'standard-webhooks' } })).toEqual({
        ...shown,
        scheme: 'standard-webhooks',
        headerName: null,
      });
    });

    it('hold at once where the edge looks, on every copy', async () => {
      const { id } = await make();
      const schemeOn = ({ app }: TestHub): Promise<string | undefined> =>
        asWorker(app.get(MikroORM).em, async () => (await app.get(FacilitiesService).find(id))?.webhook.scheme);
      expect([await schemeOn(hub), await schemeOn(other)]).toEqual(['standard-webhooks', 'standard-webhooks']);

      await hub.call('PATCH', `/facilities/${id}`, { webhook: { scheme: 'hmac-sha256' } });

      expect(await schemeOn(hub)).toBe('hmac-sha256');
      await eventually('the other copy has heard', async () => (await schemeOn(other)) === 'hmac-sha256', 1_000);
    });
  });

  describe('address', () => {
    it('is the same for ever, of this facility alone, and found without a look into the database', async () => {
      const [one, two] = [await make(), await make()];
      const tokens = hub.app.get(WebhookTokens);
      const token = one.webhook.url.split('/').at(-1) ?? '';

      expect(one.webhook.url).toBe(`https://hub.example/api/v1/webhooks/${token}`);
      expect(token).toMatch(/^[\w-]{43}$/);
      expect(token).not.toContain(one.id);
      expect(two.webhook.url).not.toBe(one.webhook.url);
      expect(tokens.facilityIdOf(token)).toBe(one.id);
      expect(other.app.get(WebhookTokens).tokenOf(one.id)).toBe(token);
    });

    it('takes no other form of it, and no guess', async () => {
      const { id } = await make();
      const tokens = hub.app.get(WebhookTokens);
      const token = tokens.tokenOf(id);
      const bytes = Buffer.from(token, 'base64url');
      const flipped = (at: number): string => {
        const copy = Buffer.from(bytes);
        copy[at] = (copy[at] ?? 0) ^ 1;
        return copy.toString('base64url');
      };
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      const sameBits = token.slice(0, -1) + (alphabet[alphabet.indexOf(token.at(-1) ?? '') + 1] ?? '');
      const guesses = [
        ...Array.from(bytes, (_, at) => flipped(at)),
        sameBits,
        '',
        'x',
        id,
        randomUUID(),
        token.slice(0, -1),
        `${token}A`,
        `${token}=`,
        ` ${token}`,
        `${token}\n`,
        bytes.toString('base64'),
        bytes.toString('hex'),
        'é'.repeat(43),
        '\0'.repeat(43),
        'A'.repeat(10_000),
      ];

      expect(Buffer.from(sameBits, 'base64url')).toEqual(bytes);
      expect(guesses.filter(guess => tokens.facilityIdOf(guess) !== null)).toEqual([]);
    });
  });

  describe('secret', () => {
    it('is shown at its making alone, and kept in plain nowhere', async () => {
      const made = await make();
      const rotated = await rotate(made.id);
      const answers = [
        await hub.call('GET', `/facilities/${made.id}`),
        await hub.call('GET', '/facilities?limit=200'),
        await hub.call('PATCH', `/facilities/${made.id}`, { name: 'Test Renamed' }),
      ];
      const database = await wholeDatabase(hub.databaseUrl);

      expect(database).toContain(made.id);
      for (const secret of [made.webhook.secret, rotated.secret]) {
        expect(JSON.stringify(answers.map(a => a.body as unknown))).not.toContain(secret.slice(6));
        expect(database).not.toContain(secret.slice(6, -2));
        expect(database).not.toContain(Buffer.from(secret.slice(6), 'base64').toString('hex'));
      }
    });

    it('is replaced by another, and holds for 24 hours more, to the moment', async () => {
      const { id, webhook } = await make();
      expect(await secretsOf(id)).toEqual([webhook.secret]);

      clock.set('2026-10-01T01:00:00Z');
      const rotated = await rotate(id);

      expect(rotated).toEqual({ secret: expect.stringMatching(SECRET), previousValidUntil: '2026-10-02T09:00:00+08:00' });
      expect(rotated.secret).not.toBe(webhook.secret);
      expect(await secretsOf(id)).toEqual([rotated.secret, webhook.secret]);
      clock.set('2026-10-02T00:59:59.999Z');
      expect(await secretsOf(id)).toEqual([rotated.secret, webhook.secret]);
      clock.set('2026-10-02T01:00:00Z');
      expect(await secretsOf(id)).toEqual([rotated.secret]);
    });

    it('replaced twice in a day, ends each 24 hours after it was replaced', async () => {
      const { id, webhook } = await make();
      clock.set('2026-10-01T06:00:00Z');
      const second = await rotate(id);
      clock.set('2026-10-01T12:00:00Z');
      const third = await rotate(id);

      expect(await secretsOf(id)).toEqual([third.secret, second.secret, webhook.secret]);
      clock.set('2026-10-02T06:00:00Z');
      expect(await secretsOf(id)).toEqual([third.secret, second.secret]);
      clock.set('2026-10-02T12:00:00Z');
      expect(await secretsOf(id)).toEqual([third.secret]);
    });

    it('replaced on one copy, is known to the others that have the one before in memory', async () => {
      const { id, webhook } = await make();
      expect(await secretsOf(id, other)).toEqual([webhook.secret]);

      const { secret } = await rotate(id);

      await eventually('the other copy has heard', async () => (await secretsOf(id, other))[0] === secret, 1_000);
    });

    it('is one alone without an end, however many rotations come at once', async () => {
      const { id } = await make();

      const rotated = await Promise.all(
        Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? hub : other)).map(copy => copy.call('POST', `/facilities/${id}/webhook-secret`)),
      );

      const [counts] = await hub.sql<{ standing: string; ending: string }>(
        `select count(*) filter (where valid_until is null) standing, count(*) filter (where valid_until is not null) ending
         from facility_secret where facility_id = $1 and kind = 'webhook'`,
        [id],
      );
      expect(rotated.map(a => a.status)).toEqual(rotated.map(() => 201));
      expect(new Set(rotated.map(a => a.body.secret as string)).size).toBe(8);
      expect(counts).toEqual({ standing: '1', ending: '8' });
    });

    it('of a facility of before, is made by its first rotation', async () => {
      const id = await withoutSecret();
      expect(await secretsOf(id)).toEqual([]);

      const first = await rotate(id);

      expect(first).toEqual({ secret: expect.stringMatching(SECRET), previousValidUntil: null });
      expect(await secretsOf(id)).toEqual([first.secret]);
    });

    it('is given to the start: the present one, or a first, the same from then on', async () => {
      const { id, webhook } = await make();
      const older = await withoutSecret();

      const firsts = await Promise.all([ensure(older), ensure(older)]);

      expect(await ensure(id)).toBe(webhook.secret);
      expect(firsts[0]).toMatch(SECRET);
      expect(firsts[1]).toBe(firsts[0]);
      expect(await secretsOf(older)).toEqual([firsts[0]]);
      const { secret } = await rotate(id);
      expect(await ensure(id)).toBe(secret);
    });

    it.each([
      ['an unknown facility', randomUUID(), 404],
      ['what is no id', 'x', 404],
    ])('is not made for %s', async (_, id, status) => {
      expect((await hub.call('POST', `/facilities/${id}/webhook-secret`)).status).toBe(status);
    });

    it('needs an admin key of this facility', async () => {
      const [own, foreign] = [await make(), await make()];
      const key = async (scope: string): Promise<Record<string, string>> => {
        const { body } = await hub.call('POST', '/api-keys', { name: 'Test', scopes: [scope], facilityIds: [own.id] });
        return { authorization: `Bearer ${body.key}` };
      };
      const statusFor = async (id: string, headers: Record<string, string>): Promise<number> =>
        (await hub.call('POST', `/facilities/${id}/webhook-secret`, undefined, headers)).status;
      const admin = await key('admin');

      expect(await statusFor(own.id, await key('write'))).toBe(403);
      expect(await statusFor(foreign.id, admin)).toBe(404);
      expect(await statusFor(own.id, admin)).toBe(201);
      expect(await secretsOf(foreign.id)).toEqual([foreign.webhook.secret]);
    });
  });
});
