import { Injectable, Logger } from '@nestjs/common';
import type { Facility } from '../../facilities/facility.entity.js';
import type { MessageParts } from '../channels/channel-client.js';
import type { NotificationKind } from '../notification-state.js';
import type { MessageFacts } from './message-facts.js';
import { renderMessage } from './message-format.js';
import type { Medium } from './notification-template.entity.js';
import { OwnTemplatesService } from './own-templates.service.js';
import { templateChoices } from './template-choice.js';
import { sizeFault } from './template-rules.js';

/** A text as the patient reads it. */
export interface MessageText {
  text: string;
  /** BCP 47. */
  locale: string;
  isBuiltIn: boolean;
  parts: MessageParts;
}

/** What a message says. */
@Injectable()
export class MessageTextService {
  private readonly logger = new Logger(MessageTextService.name);

  constructor(private readonly own: OwnTemplatesService) {}

  /**
   * In the first language of `wanted` (BCP 47, the dearest first), else the facility's, else English, that there is a text in. A
   * facility's own text that cannot be made of these facts, or is too long with them, is passed over: the patient is told all the same.
   */
  async textFor(
    facility: Facility,
    kind: NotificationKind,
    medium: Medium,
    wanted: (string | null)[],
    facts: MessageFacts,
  ): Promise<MessageText> {
    const own = await this.own.of(facility.id);
    for (const { locale, text, isBuiltIn } of templateChoices(own, { kind, medium, wanted, facilityLocale: facility.locale })) {
      try {
        const made = renderMessage(text, locale, medium, facts);
        if (isBuiltIn || sizeFault(made.text, medium) === null) return { ...made, locale, isBuiltIn };
      } catch (error) {
        if (isBuiltIn) throw error;
      }
      this.logger.warn(
        `The own text of facility ${facility.id} for ${kind}, ${locale}, ${medium} cannot be made, or is too long: passed over`,
      );
    }
    throw new Error('There is no last text');
  }
}
