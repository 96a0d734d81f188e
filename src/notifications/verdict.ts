/** Where a message stands, as one code. Callers branch on it. */
export const VERDICTS = [
  /** It is on its way, or is tried again soon. */
  'waiting',
  'quiet-hours',
  /** The facility has sent as many SMS today as it allows: it waits for the next day, or comes too late then. */
  'spend-cap',
  /** A provider took it, and has not reported yet. */
  'sent-no-receipt',
  /** The facility has its messages noted in the log instead of sent. */
  'logged',
  'delivered',
  'read',
  /** It may have been sent: only a receipt, the provider's list or a person can tell. It is not sent again. */
  'outcome-unknown',
  /** The patient has no address on a channel that the facility has. */
  'no-channel',
  'opted-out',
  'outside-messenger-window',
  /** Every channel there is has refused it. */
  'provider-refused',
  /** The providers could not be reached for as long as it was worth trying. */
  'provider-unavailable',
  /** The provider took it, and reported that it could not deliver. */
  'delivery-failed',
  /** The facility is not live yet, and this is none of its test addresses. */
  'not-live',
  /** A later change was told instead. */
  'superseded',
  'too-late',
  'already-checked-in',
  /** The appointment is not any more what the message would say. */
  'state-changed',
  'facility-inactive',
] as const;
export type Verdict = (typeof VERDICTS)[number];
