import type { TextSet } from '../text-set.js';
import type { BuiltInLocale } from '../message-locale.js';
import { EN } from './en.js';
import { FIL } from './fil.js';
import { ID } from './id.js';
import { MS } from './ms.js';
import { VI } from './vi.js';
import { ZH_HANS } from './zh-hans.js';

/** What patients are told where the facility has no words of its own. */
export const BUILT_IN_TEXTS: Readonly<Record<BuiltInLocale, TextSet>> = {
  en: EN,
  fil: FIL,
  id: ID,
  ms: MS,
  'zh-Hans': ZH_HANS,
  vi: VI,
};
