import { randomUUID } from 'node:crypto';
import { verifySignature, type SignatureVerdict } from '../../src/webhooks/signature-rules.js';
import { Random } from '../../storm/random.js';
import { startHub, type TestHub } from '../support/hub.js';
import { aSecret, FORGERIES, genuine, STANDARD_FORGERIES, type Forgery, type Sent } from './forgeries.js';
import { anEvent, createSender, JSON_TYPE, type Sender } from './sender.js';

const FORGED = 100_000;
const FORGED_BY_HTTP = 4_000;
const AT_ONCE = 20;
const SCHEMES = ['standard-webhooks', 'hmac-sha256'] as const;
const NOW = new Date('2026-10-01T00:00:00Z');
const now = (): number => Math.floor(NOW.getTime() / 1_000);

const WAYS = {
  'standard-webhooks': Object.entries({ ...FORGERIES, ...STANDARD_FORGERIES }),
  'hmac-sha256': Object.entries(FORGERIES),
};

/** Signed at a time that is still taken. */
function aSent(scheme: Sent['scheme'], secret: string, random: Random): Sent {
  const at = now() - 300 + random.below(601);
  return { scheme, id: `msg_${randomUUID()}`, at, body: Buffer.from(JSON.stringify(anEvent())), secret };
}

describe.each(SCHEMES)('100,000 forged webhooks of %s', scheme => {
  const secrets = [aSecret(), aSecret()] as const;
  const verdict = ({ headers, body }: Forgery): SignatureVerdict =>
    verifySignature({ headers, rawBody: body, now: NOW }, { scheme, headerName: null }, secrets);

  it('are all refused, in whatever way they are forged', () => {
    const random = new Random(7);
    const ways = WAYS[scheme];
    const taken: string[] = [];

    for (let i = 0; i < FORGED; i++) {
      const [name, forge] = ways[i % ways.length] ?? ways[0] ?? [];
      const forgery = forge?.(aSent(scheme, secrets[i % 2] ?? '', random), random);
      if (!forgery || verdict(forgery).ok) taken.push(`${name ?? ''}: ${JSON.stringify(forgery)}`);
    }

    expect(taken.slice(0, 5)).toEqual([]);
  }, 60_000);

  it('would all have been taken as they were signed', () => {
    const random = new Random(8);

    const refused = Array.from({ length: 10_000 }, (_, i) => verdict(genuine(aSent(scheme, secrets[i % 2] ?? '', random)))).filter(
      ({ ok }) => !ok,
    );

    expect(refused).toEqual([]);
  });
});

describe('Forged webhooks, sent to a hub that runs', () => {
  let hub: TestHub;

  beforeAll(async () => {
    hub = await startHub();
  });
  afterAll(() => hub.close());

  const count = async (): Promise<number> => {
    const [row] = await hub.sql<{ count: number }>('select count(*)::int as count from webhook_event');
    return row?.count ?? NaN;
  };
  /** Headers hold Latin-1 alone: others never leave a client. */
  const canBeSent = ({ headers }: Forgery): boolean => Object.values(headers).every(value => /^[\t\x20-\xff]*$/.test(value));

  it.each(SCHEMES)(
    'are refused with 401 in %s, and none is in the inbox; the genuine ones are',
    async scheme => {
      const random = new Random(9);
      const ways = WAYS[scheme];
      const sender: Sender = await createSender(hub, () => new Date(), { webhook: { scheme } });
      const other = await createSender(hub, () => new Date(), { webhook: { scheme } });
      const post = async ({ headers, body }: Forgery): Promise<number> => (await sender.post(body, { ...JSON_TYPE, ...headers })).status;
      const inboxBefore = await count();
      const taken: string[] = [];

      for (let i = 0; i < FORGED_BY_HTTP; i += AT_ONCE) {
        const forged = Array.from({ length: AT_ONCE }, (_, n): [string, Forgery] => {
          const [name, forge] = ways[(i + n) % ways.length] ?? ways[0] ?? [];
          const sent = { ...aSent(scheme, sender.secret, random), at: Math.floor(Date.now() / 1_000) };
          return [name ?? '', n === 0 || !forge ? genuine({ ...sent, secret: other.secret }) : forge(sent, random)];
        }).filter(([, forgery]) => canBeSent(forgery));
        const statuses = await Promise.all(forged.map(([, forgery]) => post(forgery)));
        for (const [n, status] of statuses.entries()) if (status !== 401) taken.push(`${forged[n]?.[0] ?? ''}: ${status}`);
      }
      const inboxAfter = await count();
      const genuineOnes = await Promise.all(
        Array.from({ length: 20 }, () => post(genuine({ ...aSent(scheme, sender.secret, random), at: Math.floor(Date.now() / 1_000) }))),
      );

      expect(taken.slice(0, 5)).toEqual([]);
      expect(inboxAfter - inboxBefore).toBe(0);
      expect(genuineOnes).toEqual(Array.from({ length: 20 }, () => 202));
      expect((await count()) - inboxAfter).toBe(20);
    },
    120_000,
  );
});
