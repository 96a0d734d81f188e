import { Injectable } from '@nestjs/common';
import { ChannelSecretsService } from '../facilities/channel-secrets.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { ChannelSettings } from '../facilities/facility.settings.js';
import { ProviderCallbackTokens } from '../facilities/provider-callback-tokens.js';
import type { Address } from './channel-choice.js';
import type { OutgoingMessage } from './channels/channel-client.js';
import type { SubjectNow } from './message-subject.js';
import type { NotificationKind } from './notification-state.js';
import type { SendingTrace } from './notification.entity.js';
import { MessageTextService } from './texts/message-text.service.js';

/** The longest a provider is waited for, in milliseconds. */
const CALL_TIMEOUT_MS = 8_000;

/** What a message is made of. */
export interface MessageToMake {
  attemptId: string;
  kind: NotificationKind;
  subject: SubjectNow;
  settings: ChannelSettings;
  /** null: the log. */
  address: Address | null;
  /** BCP 47, the patient's; null: the facility's. */
  locale: string | null;
}

/** In its envelope, and where its text is from. */
export interface MadeMessage {
  outgoing: OutgoingMessage;
  text: NonNullable<SendingTrace['text']>;
}

/** Renders a message and puts it in its envelope. */
@Injectable()
export class OutgoingMessagesService {
  constructor(
    private readonly texts: MessageTextService,
    private readonly secrets: ChannelSecretsService,
    private readonly callbacks: ProviderCallbackTokens,
  ) {}

  async make(facility: Facility, { attemptId, kind, subject, settings, address, locale }: MessageToMake): Promise<MadeMessage> {
    const { channel } = settings;
    const { calendar, appointmentType, start, zone, phone, change } = subject;
    const facts = { facility: facility.name, calendar, appointmentType, start, zone, phone, change };
    const medium = channel === 'sms' ? 'sms' : 'chat';
    const [text, secrets] = await Promise.all([
      this.texts.textFor(facility, kind, medium, [locale], facts),
      this.secrets.of(facility, channel),
    ]);
    const outgoing: OutgoingMessage = {
      attemptId,
      kind,
      locale: text.locale,
      text: text.text,
      parts: text.parts,
      address: address?.address ?? '',
      settings,
      secrets,
      callbackUrl: channel === 'log' ? '' : this.callbacks.urlOf(facility.id, channel),
      lastInboundAt: address?.lastInboundAt ?? null,
      timeoutMs: CALL_TIMEOUT_MS,
    };
    return { outgoing, text: { locale: text.locale, medium, isBuiltIn: text.isBuiltIn } };
  }
}
