/** Those the hub has texts in, BCP 47. */
export const BUILT_IN_LOCALES = ['en', 'fil', 'id', 'ms', 'zh-Hans', 'vi'] as const;
export type BuiltInLocale = (typeof BUILT_IN_LOCALES)[number];

/** The last resort: what most of the region's patients can read. */
const LAST: BuiltInLocale = 'en';

/** A language in its script (`zh-Hans`), which regions do not part: who reads one of its texts reads all. null: no such tag. */
function writtenLanguage(tag: string): string | null {
  const locale = localeOf(tag);
  if (!locale || locale.language === 'und') return null;
  const { language, script } = locale.maximize();
  return script === undefined ? language : `${language}-${script}`;
}

/** The tag in canonical form (`in` is `id`, `tl` is `fil`) without extensions; null: none. */
export function plainLocale(tag: string): string | null {
  return localeOf(tag)?.baseName ?? null;
}

function localeOf(tag: string): Intl.Locale | null {
  try {
    return new Intl.Locale(tag);
  } catch {
    return null;
  }
}

const BUILT_IN_BY_LANGUAGE = new Map(BUILT_IN_LOCALES.map(locale => [writtenLanguage(locale), locale]));

/** The built-in one that whoever asks for `tag` can read, or null. */
export function builtInLocaleFor(tag: string): BuiltInLocale | null {
  const language = writtenLanguage(tag);
  return language === null ? null : (BUILT_IN_BY_LANGUAGE.get(language) ?? null);
}

/**
 * Of `available`, the one for `tag`: the same, else the nearest more general one (RFC 4647, lookup), else any of the same written
 * language. null: none.
 */
export function ownLocaleFor(tag: string, available: readonly string[]): string | null {
  const language = writtenLanguage(tag);
  const wanted = plainLocale(tag);
  if (language === null || wanted === null) return null;
  const readable = available.filter(locale => writtenLanguage(locale) === language);
  const general = readable.filter(locale => wanted === locale || wanted.startsWith(`${locale}-`));
  const [nearest] = general.sort((a, b) => b.length - a.length);
  return nearest ?? readable.sort()[0] ?? null;
}

/** What to try, in this order: the patient's, the facility's, the last resort. */
export function localeSteps(wanted: readonly (string | null)[], facilityLocale: string): string[] {
  return [...new Set([...wanted, facilityLocale, LAST].filter(tag => tag !== null))];
}
