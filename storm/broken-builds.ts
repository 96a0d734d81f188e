import fs from 'node:fs';
import path from 'node:path';

export const BREAKS = ['dedupe', 'order', 'ack'] as const;
export type Break = (typeof BREAKS)[number];

interface Patch {
  file: string;
  /** The head of the function, as compiled; must be there exactly once. */
  head: string;
  /** What it does first, instead of or before its own. */
  instead: string;
}

const PATCHES: Record<Break, Patch> = {
  /** Each delivery has an identity of its own. */
  dedupe: {
    file: 'webhooks/event-identity-rules.js',
    head: 'export function eventIdentity(scheme, webhookId, object, bodyDigest) {',
    instead: 'return { identity: `id:${webhookId}:${crypto.randomUUID()}`, isFromBytes: false };',
  },
  /** What comes later is newer. */
  order: {
    file: 'appointments/stamp-rules.js',
    head: 'export function orderOf(event, present) {',
    instead: 'return { isNewer: true, isTie: false, isInDoubt: false };',
  },
  /** The sender hears of it before it is stored. */
  ack: {
    file: 'webhooks/webhook-inbox.service.js',
    head: 'async write(batch) {',
    instead: `for (const delivery of batch) delivery.resolve({ id: delivery.id, status: 'accepted' });
      await new Promise(resolve => setTimeout(resolve, 500));`,
  },
};

/** A copy of the build in `root` in which one function is broken; its packages and migrations are linked. */
export function breakBuild(root: string, kind: Break, folder: string): void {
  fs.mkdirSync(folder);
  fs.cpSync(path.join(root, 'dist'), path.join(folder, 'dist'), { recursive: true });
  fs.copyFileSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
  for (const name of ['node_modules', 'migrations']) fs.symlinkSync(path.join(root, name), path.join(folder, name));
  const { file, head, instead } = PATCHES[kind];
  const at = path.join(folder, 'dist', file);
  const parts = fs.readFileSync(at, 'utf8').split(head);
  if (parts.length !== 2)
    throw new Error(`"${head}" is ${parts.length - 1} times in dist/${file}, not once: the patch must follow the code.`);
  fs.writeFileSync(at, parts.join(`${head} ${instead}`));
}
