import { AnswerWatch, WATCH_TICK_MS, type WatchedConnection } from './answer-watch.js';

interface Look {
  isUnanswered: boolean;
  bytesRead: number;
}

const TIMEOUT_TICKS = 4;
const silent = (bytesRead = 10): Look => ({ isUnanswered: true, bytesRead });
const idle = (bytesRead = 10): Look => ({ isUnanswered: false, bytesRead });
const times = (count: number, look: Look): Look[] => Array.from({ length: count }, () => look);

/** A connection that is at each look as told, and which look was its last. */
class AConnection implements WatchedConnection {
  readonly server: string = 'here';
  readonly isPatient: boolean = false;
  readonly answerTimeoutMs = TIMEOUT_TICKS * WATCH_TICK_MS;
  readonly givenUpAt: number[] = [];
  at = 0;

  constructor(private readonly looks: readonly Look[]) {}

  isUnanswered = (): boolean => this.looks[this.at]?.isUnanswered ?? false;
  bytesRead = (): number => this.looks[this.at]?.bytesRead ?? 0;
  giveUp(): void {
    this.givenUpAt.push(this.at);
  }
}

const watched = (looks: readonly Look[]): AConnection => {
  const watch = new AnswerWatch();
  const connection = new AConnection(looks);
  watch.add(connection);
  for (connection.at = 1; connection.at < looks.length; connection.at++) watch.tick();
  watch.remove(connection);
  return connection;
};

describe('A connection that is watched', () => {
  it.each<[string, Look[], number[]]>([
    ['is given up when nothing comes for longer than it may take', times(7, silent()), [5]],
    ['is not given up a moment before', times(5, silent()), []],
    ['may be idle for ever', times(30, idle()), []],
    ['lives as long as anything comes', Array.from({ length: 30 }, (_, i) => silent(i)), []],
    ['has its whole time again after a sign of life', [...times(5, silent()), ...times(5, silent(11))], []],
    ['has its whole time again after an answer', [...times(5, silent()), idle(), ...times(4, silent())], []],
    ['is given up in a later silence', [...times(4, silent()), idle(), ...times(9, silent())], [9]],
  ])('%s', (_, looks, givenUpAt) => {
    expect(watched(looks).givenUpAt).toEqual(givenUpAt);
  });

  it.each<[string, string | null, number[]]>([
    ['waits while nobody hears of the server', null, []],
    ['waits while another server is heard of', 'there', []],
    ['is given up when its own is heard of, and it is not answered', 'here', [9]],
  ])('that is patient %s', (_, heard, givenUpAt) => {
    class Patient extends AConnection {
      override readonly isPatient = true;
    }
    const watch = new AnswerWatch();
    const patient = new Patient(times(30, silent()));
    watch.add(patient);
    watch.tick();

    for (patient.at = 1; patient.at < 30; patient.at++) {
      const other = Object.assign(new AConnection([idle()]), { server: heard });
      if (patient.at === 5 && heard !== null) watch.add(other);
      watch.tick();
    }
    watch.remove(patient);

    expect(patient.givenUpAt).toEqual(givenUpAt);
  });

  it('is given up once, and harms no other', () => {
    const watch = new AnswerWatch();
    const [frozen, well] = [new AConnection(times(9, silent())), new AConnection(times(9, idle()))];
    watch.add(frozen);
    watch.add(well);

    for (let tick = 0; tick < 20; tick++) watch.tick();
    watch.remove(well);

    expect(frozen.givenUpAt).toHaveLength(1);
    expect(well.givenUpAt).toEqual([]);
  });
});
