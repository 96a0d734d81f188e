import { NOTIFICATION_KINDS } from '../notification-state.js';
import { BUILT_IN_TEXTS } from './built-in/built-in-texts.js';
import { BUILT_IN_LOCALES, builtInLocaleFor, plainLocale } from './message-locale.js';
import type { OwnTemplate } from './template-choice.js';

/** A text of a list, the hub's where the facility has none of its own. */
export interface ListedTemplate extends OwnTemplate {
  isBuiltIn: boolean;
}

/** Which to list. */
export interface ListFilter {
  kind?: OwnTemplate['kind'] | undefined;
  medium?: OwnTemplate['medium'] | undefined;
  locale?: string | undefined;
}

const MEDIA_IN_ORDER = ['chat', 'sms'] as const;
const BUILT_IN: readonly ListedTemplate[] = NOTIFICATION_KINDS.flatMap(kind =>
  BUILT_IN_LOCALES.flatMap(locale =>
    MEDIA_IN_ORDER.map(medium => ({ kind, locale, medium, text: BUILT_IN_TEXTS[locale][kind][medium], isBuiltIn: true })),
  ),
);

/** Every kind, language and medium that there is a text of: all built-in ones, and the facility's own instead or beside them. */
export function listedTemplates(own: readonly OwnTemplate[], { kind, medium, locale }: ListFilter): ListedTemplate[] {
  const isReplaced = (template: OwnTemplate): boolean =>
    own.some(other => other.kind === template.kind && other.locale === template.locale && other.medium === template.medium);
  const locales = locale === undefined ? null : [plainLocale(locale), builtInLocaleFor(locale)];
  const all = [
    ...BUILT_IN.filter(template => !isReplaced(template)),
    ...own.map(template => ({
      kind: template.kind,
      locale: template.locale,
      medium: template.medium,
      text: template.text,
      isBuiltIn: false,
    })),
  ];
  return all
    .filter(template => (kind ?? template.kind) === template.kind && (medium ?? template.medium) === template.medium)
    .filter(template => locales?.includes(template.locale) ?? true)
    .sort((a, b) => orderOf(a).localeCompare(orderOf(b)));
}

function orderOf({ kind, locale, medium }: ListedTemplate): string {
  return `${String(NOTIFICATION_KINDS.indexOf(kind))} ${locale} ${medium}`;
}
