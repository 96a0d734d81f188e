import type { NotificationKind } from '../notification-state.js';
import { BUILT_IN_TEXTS } from './built-in/built-in-texts.js';
import { builtInLocaleFor, localeSteps, ownLocaleFor } from './message-locale.js';
import type { Medium } from './notification-template.entity.js';

/** A text to make a message of. `locale`: BCP 47, its own. */
export interface ChosenTemplate {
  locale: string;
  text: string;
  isBuiltIn: boolean;
}

/** A facility's own text. */
export interface OwnTemplate {
  kind: NotificationKind;
  locale: string;
  medium: Medium;
  text: string;
}

/** Whose text it is to be. */
export interface Wish {
  kind: NotificationKind;
  medium: Medium;
  /** BCP 47, the dearest first; null: not known. */
  wanted: readonly (string | null)[];
  facilityLocale: string;
}

/** All texts that would do, the best first; the last is built in. In each language the facility's own goes before the hub's. */
export function templateChoices(own: readonly OwnTemplate[], { kind, medium, wanted, facilityLocale }: Wish): ChosenTemplate[] {
  const candidates = own.filter(template => template.kind === kind && template.medium === medium);
  const locales = candidates.map(({ locale }) => locale);
  return localeSteps(wanted, facilityLocale).flatMap(tag => {
    const ownLocale = ownLocaleFor(tag, locales);
    const builtInLocale = builtInLocaleFor(tag);
    const ownOnes = candidates.filter(({ locale }) => locale === ownLocale);
    return [
      ...ownOnes.map(({ locale, text }) => ({ locale, text, isBuiltIn: false })),
      ...(builtInLocale === null ? [] : [{ locale: builtInLocale, text: BUILT_IN_TEXTS[builtInLocale][kind][medium], isBuiltIn: true }]),
    ];
  });
}
