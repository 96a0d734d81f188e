const WINDOW_MS = 24 * 60 * 60_000;

/**
 * What the clocks of the platform, the hub and Meta may be apart, and the sending itself may take. Short on purpose: at its edge
 * Meta refuses with a code and nothing is sent, while a window closed too early holds back a message that was allowed.
 */
const MARGIN_MS = 60_000;

/**
 * May the page write freely? For 24 h after the person last wrote
 * (https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes, 10/2534022).
 *
 * @param lastInboundAt null: never, as far as the platform has reported.
 */
export function isWindowOpen(lastInboundAt: Date | null, now: Date): boolean {
  return lastInboundAt !== null && now.getTime() - lastInboundAt.getTime() < WINDOW_MS - MARGIN_MS;
}
