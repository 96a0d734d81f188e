import { CHANNELS } from '../facilities/facility.settings.js';

/** What a patient is told: a change of an appointment, that a booking did not come about after all, or a reminder. */
export const NOTIFICATION_KINDS = ['booked', 'rescheduled', 'canceled', 'notBooked', 'reminder'] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** Whose doing it is. Quiet hours do not delay what the patient has just done by chat. */
export const NOTIFICATION_SOURCES = ['chat', 'staff', 'reconciliation', 'reminder'] as const;
export type NotificationSource = (typeof NOTIFICATION_SOURCES)[number];

/** Where a message goes. `log`: nowhere, the hub's own log notes that it would have gone. */
export const MESSAGE_CHANNELS = [...CHANNELS, 'log'] as const;
export type MessageChannel = (typeof MESSAGE_CHANNELS)[number];

/**
 * `expected`: written with the change, to be sent at its time. `sending`: a process has it in hand, or the provider's answer is not
 * known. `superseded`: a later change is told instead. `suppressed`: it is not to be told. The others are the provider's word.
 */
export const NOTIFICATION_STATUSES = ['expected', 'sending', 'sent', 'delivered', 'read', 'failed', 'superseded', 'suppressed'] as const;
export type NotificationStatus = (typeof NOTIFICATION_STATUSES)[number];

/**
 * What came of one try. `accepted`: the provider took it. `refused`: never again on this channel. `retry`: surely not sent, may be
 * tried again. `unknown`: it may have been sent; only a receipt or the provider's own list tells. null in a row: not known yet.
 */
export type AttemptOutcome = 'accepted' | 'refused' | 'retry' | 'unknown';

/** What a provider reports of a message afterwards. */
export type ReceiptState = 'sent' | 'delivered' | 'read' | 'failed';
