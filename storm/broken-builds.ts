import fs from 'node:fs';
import path from 'node:path';

export const BREAKS = ['dedupe', 'order', 'ack', 'claim', 'fencing', 'ledger'] as const;
export type Break = (typeof BREAKS)[number];

interface Patch {
  file: string;
  /** As compiled; must be there exactly once. */
  text: string;
  instead: string;
}

/** What a function does first, instead of or before its own. */
const first = (file: string, head: string, code: string): Patch => ({ file, text: head, instead: `${head} ${code}` });

const PATCHES: Record<Break, Patch[]> = {
  /** Each delivery has an identity of its own. */
  dedupe: [
    first(
      'webhooks/event-identity-rules.js',
      'export function eventIdentity(scheme, webhookId, object, bodyDigest) {',
      'return { identity: `id:${webhookId}:${crypto.randomUUID()}`, isFromBytes: false };',
    ),
  ],
  /** What comes later is newer. */
  order: [
    first(
      'appointments/stamp-rules.js',
      'export function orderOf(event, present) {',
      'return { isNewer: true, isTie: false, isInDoubt: false };',
    ),
  ],
  /** The sender hears of it before it is stored. */
  ack: [
    first(
      'webhooks/webhook-inbox.service.js',
      'async write(batch) {',
      `for (const delivery of batch) delivery.resolve({ id: delivery.id, status: 'accepted' });
      await new Promise(resolve => setTimeout(resolve, 500));`,
    ),
  ],
  /** Who wants a seat has it. */
  claim: [
    first(
      'availability/slot-claims.service.js',
      'async tryToClaim(facilityId, calendarId, { startAt, seats, listedAt }, holderId, expiresAt = null) {',
      `return 'claimed';`,
    ),
  ],
  /** Who was stopped for long goes on as though nothing had happened: it calls after its deadline, and sends what others have in hand. */
  fencing: [
    {
      file: 'appointments/hospital-calls.js',
      text: 'const timeoutMs = Math.min(this.config.writeTimeoutMs, budget.leftMs(), untilDeadlineMs);',
      instead: 'const timeoutMs = this.config.writeTimeoutMs;',
    },
    {
      file: 'notifications/outbox.repository.js',
      text: `where n.id = d.id and n.claim = d.claim and n.status = 'sending'`,
      instead: 'where n.id = d.id',
    },
  ],
  /** A try that is written down and not answered counts for nothing: its message is sent again. */
  ledger: [
    {
      file: 'notifications/doubt.service.js',
      text: `const isSent = last && (last.outcome === null || last.outcome === 'unknown');`,
      instead: 'const isSent = false;',
    },
  ],
};

/** A copy of the build in `root` in which these are broken; its packages and migrations are linked. */
export function breakBuild(root: string, kinds: readonly Break[], folder: string): void {
  fs.mkdirSync(folder);
  fs.cpSync(path.join(root, 'dist'), path.join(folder, 'dist'), { recursive: true });
  fs.copyFileSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
  for (const name of ['node_modules', 'migrations']) fs.symlinkSync(path.join(root, name), path.join(folder, name));
  for (const { file, text, instead } of kinds.flatMap(kind => PATCHES[kind])) {
    const at = path.join(folder, 'dist', file);
    const parts = fs.readFileSync(at, 'utf8').split(text);
    if (parts.length !== 2)
      throw new Error(`"${text}" is ${parts.length - 1} times in dist/${file}, not once: the patch must follow the code.`);
    fs.writeFileSync(at, parts.join(instead));
  }
}

/** Throws where the build in `root` has no prepared statement of one of these names: a storm that waits for it would never strike. */
export function assertKnown(root: string, statements: readonly string[]): void {
  const dist = path.join(root, 'dist');
  const files = fs.readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.js'));
  const code = files.map(name => fs.readFileSync(path.join(dist, name), 'utf8')).join('\n');
  const known = new Set(Array.from(code.matchAll(/(?:Prepared|Shared)Statement\(\s*'([\w-]+)'/g), ([, name]) => name));
  const unknown = statements.filter(name => !known.has(name));
  if (unknown.length > 0) throw new Error(`The build has no statement ${unknown.join(', ')}: nemesis-plan.ts must follow the code.`);
}
