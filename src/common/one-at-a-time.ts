/** Work of which one round runs at a time in this process: whoever asks for a round while one runs joins it. */
export class OneAtATime {
  private present: Promise<void> | undefined;
  private hasEnded = false;

  /** `round`: never throws. */
  constructor(private readonly round: () => Promise<void>) {}

  /** No round begins any more: one that takes things in parts stops between two of them. */
  get isStopping(): boolean {
    return this.hasEnded;
  }

  async run(): Promise<void> {
    if (this.hasEnded) return;
    this.present ??= this.round().finally(() => (this.present = undefined));
    await this.present;
  }

  /** Resolves once the round that runs is over. */
  async stop(): Promise<void> {
    this.hasEnded = true;
    await this.present;
  }

  /** Takes part after part, until one is not full. `take`: how many it took, `size` at most. */
  async takeAll(size: number, take: () => Promise<number>): Promise<void> {
    let taken = size;
    while (taken === size && !this.hasEnded) taken = await take();
  }
}
