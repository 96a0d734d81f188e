import type { NotificationKind } from '../notification-state.js';
import type { Medium } from './notification-template.entity.js';

/** All texts in one language: ICU MessageFormat. */
export type TextSet = Readonly<Record<NotificationKind, Readonly<Record<Medium, string>>>>;
