/** Waits that can be ended early, all at once. */
export class Pauses {
  private readonly wakes = new Set<() => void>();

  async atMost(ms: number): Promise<void> {
    await new Promise<void>(resolve => {
      const wake = (): void => {
        clearTimeout(timer);
        this.wakes.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.wakes.add(wake);
    });
  }

  endAll(): void {
    this.wakes.forEach(wake => {
      wake();
    });
  }
}
