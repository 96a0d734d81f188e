/** One step on the way of a patient's messages. */
export class ExplanationStepDto {
  /** ISO 8601, in the calendar's zone. */
  at!: string;
  /**
   * What happened: a change of the appointment, the contact that is meant, a message, its text, its channel, a try, a receipt, a resend.
   * @example "attempt"
   */
  step!: string;
  /** @example "accepted" */
  outcome!: string;
  /**
   * In words; nothing of the patient's.
   * @example "sms"
   */
  detail!: string | null;
}

/** Why a patient got, or did not get, a message. */
export class ExplanationDto {
  /**
   * Where the message stands that tells of the latest change.
   * @example "delivered"
   */
  verdict!: string;
  summary!: string;
  /** What a person should do now. */
  nextAction!: string;
  /** Oldest first. */
  steps!: ExplanationStepDto[];
}
