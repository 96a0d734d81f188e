import type { ChannelSettings } from '../../facilities/facility.settings.js';
import type { MessageChannel, NotificationKind } from '../notification-state.js';

/** Why a provider will not take a message, whatever is tried on this channel. */
export type RefusalCode =
  /** The address is none of this channel: no such number, user or page conversation. */
  | 'invalid-address'
  /** The person has blocked the sender, or never subscribed to it. */
  | 'blocked'
  | 'opted-out'
  /** The channel does not reach this device or this country. */
  | 'not-reachable'
  /** Messenger: more than 24 h since the person wrote, and no template or tag is allowed, or the one that is was refused. */
  | 'outside-messenger-window'
  /** The facility's key was refused, or is cut off: an operator must set a valid one. */
  | 'credentials-refused'
  /** The provider finds fault with the message or the sender. */
  | 'message-refused';

/** Why it may pass later. */
export type RetryCode = 'provider-unreachable' | 'provider-rate-limited' | 'provider-unavailable';

/** Why nobody knows. */
export type UnknownCode =
  | 'provider-timeout'
  | 'connection-lost'
  | 'provider-error'
  | 'invalid-answer'
  /** The hub's process that made the try ended before it had noted the answer. */
  | 'process-lost';

/** What a provider's answer says, in the hub's words. Nothing in it is the patient's. */
export type SendOutcome =
  | { outcome: 'accepted'; providerMessageId: string; /** Of an SMS. */ segments: number | null; httpStatus: number | null }
  | { outcome: 'refused'; code: RefusalCode; /** As the provider spells it. */ providerCode: string | null; httpStatus: number | null }
  | {
      outcome: 'retry';
      code: RetryCode;
      providerCode: string | null;
      /** As the provider asks. */
      retryAfterSeconds: number | null;
      httpStatus: number | null;
    }
  | { outcome: 'unknown'; code: UnknownCode; providerCode: string | null; httpStatus: number | null };

/** The parts of a text, ready for a person: for channels whose texts lie with the provider as templates. */
export interface MessageParts {
  /** The facility's name. */
  facility: string;
  /** Date and time in the calendar's zone and the patient's language; null: the hospital will confirm the time. */
  date: string | null;
  time: string | null;
  /** How to reach the facility; null where it has given no phone. */
  phone: string | null;
}

/** One message to one address. */
export interface OutgoingMessage {
  /** Of the attempt: where a provider takes a reference of ours, this is it. */
  attemptId: string;
  kind: NotificationKind;
  /** BCP 47, of the text. */
  locale: string;
  text: string;
  parts: MessageParts;
  /** For SMS E.164, else as the channel gives it. */
  address: string;
  settings: ChannelSettings;
  /** The facility's credentials for this channel, by name, in plain: never log them. */
  secrets: Readonly<Record<string, string>>;
  /** Where the provider is to post its receipts. */
  callbackUrl: string;
  /** When the person last wrote on this channel, as the platform reports it; null: never. */
  lastInboundAt: Date | null;
  /** Of the whole exchange, in milliseconds. */
  timeoutMs: number;
}

/** One provider's API for one channel. Makes one try; never throws for what the provider does. */
export interface ChannelClient {
  readonly channel: MessageChannel;
  send(message: OutgoingMessage): Promise<SendOutcome>;
}

/**
 * What the provider's own list says of a message whose outcome is not known. `found`: all that may be it, oldest first; the same
 * text may have gone to the same address twice (two children of one family), so those that other attempts hold are not it.
 */
export type FoundMessage = { kind: 'found'; providerMessageIds: string[] } | { kind: 'absent' } | { kind: 'unavailable' };

/** A client whose provider can be asked for what it has taken. */
export interface SearchableChannelClient extends ChannelClient {
  /** Looks for the message among what was sent to its address since `since`. Never throws. */
  find(message: OutgoingMessage, since: Date): Promise<FoundMessage>;
}
