/** What a step expected and did not get. */
export class JourneyFailedError extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'JourneyFailedError';
  }
}
