/**
 * Questions that are asked one by one, and answered together: those of one moment, and then, while an answer is under way, all that come
 * meanwhile. Nobody waits for others to come, and many at once cost little more than one.
 */
export class Gathered<Question, Answer> {
  private waiting: { question: Question; resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = [];
  private isUnderWay = false;

  /** `answerAll`: in the order of the questions. What it throws is thrown to each. `most`: questions at once. */
  constructor(
    private readonly answerAll: (questions: Question[]) => Promise<Answer[]>,
    private readonly most: number,
  ) {}

  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, resolve, reject });
      if (this.isUnderWay) return;
      this.isUnderWay = true;
      setImmediate(() => void this.answerWaiting());
    });
  }

  private async answerWaiting(): Promise<void> {
    while (this.waiting.length > 0) {
      const asked = this.waiting.splice(0, this.most);
      try {
        const answers = await this.answerAll(asked.map(({ question }) => question));
        for (const [index, { resolve }] of asked.entries()) resolve(answers[index] as Answer);
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    this.isUnderWay = false;
  }
}
