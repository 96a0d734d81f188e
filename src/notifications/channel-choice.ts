import type { ChannelSettings, FacilityStatus, NotificationSettings } from '../facilities/facility.settings.js';
import type { MessageChannel } from './notification-state.js';
import type { Verdict } from './verdict.js';

/** Somewhere a contact is reached. */
export interface Address {
  channel: Exclude<MessageChannel, 'log'>;
  address: string;
  /** Blind index. */
  addressIndex: string;
  isOptedOut: boolean;
  lastInboundAt: Date | null;
}

/** Where the patient may be reached, as it is known. */
export interface Reach {
  /** Where whoever booked is answered. */
  replyTo: Address | null;
  addresses: readonly (Address & { isPrimary: boolean })[];
  /** The contact's phone number, for SMS. */
  phone: Address | null;
}

/** Why a channel was or was not taken. */
export type ChannelRule =
  | 'chosen'
  | 'not-configured'
  | 'opted-out'
  | 'outside-messenger-window'
  | 'not-live'
  /** As many SMS were sent today as the facility allows. */
  | 'spend-cap'
  /** It was tried, and refused the message. */
  | 'refused'
  /** An earlier one was taken. */
  | 'not-needed';

export interface ChannelStep {
  channel: MessageChannel;
  addressIndex: string | null;
  rule: ChannelRule;
}

export interface ChannelQuestion {
  reach: Reach;
  settings: NotificationSettings;
  status: FacilityStatus;
  /** `channel|addressIndex` of those that refused this message. */
  refused: ReadonlySet<string>;
  /** No more SMS today. */
  isSmsSpent: boolean;
  isMessengerWindowOpen: (lastInboundAt: Date | null) => boolean;
}

export type ChannelChoice =
  | { kind: 'chosen'; settings: ChannelSettings; address: Address | null; steps: ChannelStep[] }
  | { kind: 'none'; verdict: Verdict; steps: ChannelStep[] };

interface Candidate {
  channel: MessageChannel;
  address: Address | null;
}

/** Names one address of one channel, for what was tried. */
export function addressKey(channel: MessageChannel, addressIndex: string | null): string {
  return `${channel}|${addressIndex ?? ''}`;
}

/**
 * Where a message goes: where whoever booked asked to be answered, else the contact's primary address, else by the facility's
 * order; the first that no rule forbids.
 */
export function chooseChannel(question: ChannelQuestion): ChannelChoice {
  const steps: ChannelStep[] = [];
  let chosen: { settings: ChannelSettings; address: Address | null } | null = null;
  for (const candidate of candidatesOf(question)) {
    const settings = question.settings.channels.find(({ channel }) => channel === candidate.channel) ?? logIfNotLive(question, candidate);
    const rule = chosen ? 'not-needed' : ruleOf(question, candidate, settings);
    if (rule === 'chosen' && settings) chosen = { settings, address: candidate.address };
    steps.push({ channel: candidate.channel, addressIndex: candidate.address?.addressIndex ?? null, rule });
  }
  return chosen ? { kind: 'chosen', ...chosen, steps } : { kind: 'none', verdict: verdictOf(steps), steps };
}

/** All of them, some perhaps twice. */
export function addressesOf({ replyTo, addresses, phone }: Reach): Address[] {
  return [...(replyTo ? [replyTo] : []), ...addresses, ...(phone ? [phone] : [])];
}

/** First to last, each address once. */
function candidatesOf({ reach, settings }: ChannelQuestion): Candidate[] {
  const { replyTo, phone } = reach;
  const others = [...reach.addresses, ...(phone ? [phone] : [])].toSorted((a, b) => orderOf(settings, a) - orderOf(settings, b));
  const wanted: Address[] = [...(replyTo ? [replyTo] : []), ...reach.addresses.filter(({ isPrimary }) => isPrimary), ...others];
  const addresses = wanted.filter((address, place) => wanted.findIndex(other => isSame(other, address)) === place);
  return [...addresses.map(address => ({ channel: address.channel, address })), { channel: 'log' as const, address: null }];
}

function isSame(a: Address, b: Address): boolean {
  return a.channel === b.channel && a.addressIndex === b.addressIndex;
}

/** What the facility does not list goes last. */
function orderOf({ order }: NotificationSettings, { channel }: Address): number {
  const place = order.indexOf(channel);
  return place === -1 ? order.length : place;
}

/** Before it is live, a facility's messages may always go to the log. */
function logIfNotLive({ status }: ChannelQuestion, { channel }: Candidate): ChannelSettings | undefined {
  return channel === 'log' && !isLive(status) ? { channel: 'log' } : undefined;
}

function ruleOf(question: ChannelQuestion, { channel, address }: Candidate, settings: ChannelSettings | undefined): ChannelRule {
  if (!settings) return 'not-configured';
  if (question.refused.has(addressKey(channel, address?.addressIndex ?? null))) return 'refused';
  if (!address) return 'chosen';
  if (address.isOptedOut) return 'opted-out';
  const isTestAddress = question.settings.testAddresses.some(test => test.channel === channel && test.index === address.addressIndex);
  if (!isLive(question.status) && !isTestAddress) return 'not-live';
  const isClosed = settings.channel === 'messenger' && settings.outsideWindow === 'never';
  if (isClosed && !question.isMessengerWindowOpen(address.lastInboundAt)) return 'outside-messenger-window';
  return settings.channel === 'sms' && question.isSmsSpent ? 'spend-cap' : 'chosen';
}

function isLive(status: FacilityStatus): boolean {
  return status === 'live' || status === 'degraded';
}

/** What to say when none could be taken: what passes by itself goes first, then what was tried, then what a person can change most easily. */
function verdictOf(steps: readonly ChannelStep[]): Verdict {
  const rules = new Set(steps.map(({ rule }) => rule));
  if (rules.has('spend-cap')) return 'spend-cap';
  if (rules.has('refused')) return 'provider-refused';
  if (rules.has('outside-messenger-window')) return 'outside-messenger-window';
  if (rules.has('opted-out')) return 'opted-out';
  return rules.has('not-live') ? 'not-live' : 'no-channel';
}
