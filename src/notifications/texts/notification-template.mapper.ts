import type { MessageFacts } from './message-facts.js';
import { renderMessage } from './message-format.js';
import type { NotificationTemplateDto } from './notification-template.dto.js';
import { smsSize } from './sms-segments.js';
import type { ListedTemplate } from './template-list.js';

export function toTemplateDto({ kind, locale, medium, text, isBuiltIn }: ListedTemplate, facts: MessageFacts): NotificationTemplateDto {
  const preview = previewOf({ text, locale, medium }, facts);
  const segments = medium === 'sms' && preview !== null ? smsSize(preview).segments : null;
  return { kind, locale, medium, text, isBuiltIn, preview, segments };
}

/** null: it was let in under rules that hold no longer. */
function previewOf({ text, locale, medium }: Pick<ListedTemplate, 'text' | 'locale' | 'medium'>, facts: MessageFacts): string | null {
  try {
    return renderMessage(text, locale, medium, facts).text;
  } catch {
    return null;
  }
}
