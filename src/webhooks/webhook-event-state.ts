export const WEBHOOK_OUTCOMES = ['pending', 'applied', 'duplicate', 'superseded', 'held', 'rejected'] as const;
/** `pending`: not looked at yet. `held`: waits, with a reason and a deadline. The others are the end of it. */
export type WebhookOutcome = (typeof WEBHOOK_OUTCOMES)[number];

/** Of these somebody may want to see the events of all hospitals: few, or to be few. */
export const CONSPICUOUS = ['pending', 'held', 'superseded', 'rejected'] as const satisfies WebhookOutcome[];

/**
 * What is odd about an event that was taken all the same. `approximate`: it names no time, the time of its receipt stands in.
 * `clamped`: it says to have happened after its receipt. `tie`: another event bears the same time. `id-reused`: its id came
 * before with other bytes. `repeated`: a body without id and time that came before.
 */
export const WEBHOOK_FLAGS = ['approximate', 'clamped', 'tie', 'id-reused', 'repeated'] as const;
export type WebhookFlag = (typeof WEBHOOK_FLAGS)[number];
