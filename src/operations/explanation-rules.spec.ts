import { explain, type ExplainedAppointment, type ExplainedMessage } from './explanation-rules.js';

const SCHEDULED: ExplainedAppointment = { status: 'SCHEDULED', hasPendingChange: false };
const aMessage = (overrides: Partial<ExplainedMessage> = {}): ExplainedMessage => ({
  kind: 'booked',
  revision: 1,
  status: 'sent',
  verdict: 'sent-no-receipt',
  ...overrides,
});

describe('explain', () => {
  it.each<[string, ExplainedAppointment, ExplainedMessage[], string]>([
    ['the message of the change', SCHEDULED, [aMessage()], 'sent-no-receipt'],
    ['one that was not looked at yet', SCHEDULED, [aMessage({ status: 'expected', verdict: null })], 'waiting'],
    [
      'the latest of two',
      SCHEDULED,
      [aMessage({ kind: 'rescheduled', revision: 2, verdict: 'no-channel' }), aMessage({ verdict: 'superseded' })],
      'no-channel',
    ],
    [
      'a change rather than a later reminder',
      SCHEDULED,
      [aMessage(), aMessage({ kind: 'reminder', revision: 1, verdict: 'opted-out' })],
      'sent-no-receipt',
    ],
    ['a reminder where there is nothing else', SCHEDULED, [aMessage({ kind: 'reminder', verdict: 'opted-out' })], 'opted-out'],
    ['nothing', SCHEDULED, [], 'nothing-to-tell'],
    ['a booking that nobody has answered', { status: 'PENDING', hasPendingChange: false }, [], 'echo-missing'],
    ['a change that nobody has answered', { status: 'SCHEDULED', hasPendingChange: true }, [aMessage()], 'echo-missing'],
  ])('%s decides', (_title, appointment, messages, verdict) => {
    const explanation = explain(appointment, messages);

    expect(explanation.verdict).toBe(verdict);
    expect(explanation.summary).not.toBe('');
    expect(explanation.nextAction).not.toBe('');
  });
});
