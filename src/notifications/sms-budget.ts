/** What a facility may still send by SMS today, as messages that are made ready together share it. */
export class SmsBudget {
  /** `day`: the facility's, `YYYY-MM-DD`. `left`: in segments; null: there is no cap. */
  constructor(
    readonly day: string,
    private left: number | null,
  ) {}

  get isSpent(): boolean {
    return this.left !== null && this.left <= 0;
  }

  /** What a message of so many segments takes; null: nothing that counts. False: it is more than is left, and takes nothing. */
  take(segments: number): { day: string; segments: number } | null | false {
    if (this.left === null) return null;
    if (segments > this.left) return false;
    this.left -= segments;
    return { day: this.day, segments };
  }
}
