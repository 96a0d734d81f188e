import { Logger } from '@nestjs/common';
import { eventually } from '../support/eventually.js';
import { startHub, type TestHub } from '../support/hub.js';

const { jest } = import.meta;

describe('A job that fails', () => {
  let hub: TestHub;
  const warned = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);

  beforeAll(async () => {
    hub = await startHub();
  });
  afterAll(async () => {
    await hub.close();
    warned.mockRestore();
  });

  it.each([
    ['one of those that are taken one by one', 'webhook-dead'],
    ['one of those that are taken together', 'webhook-apply'],
  ])('is in the log, with its queue and its error’s class: %s', async (_, queue) => {
    // Nothing that the hub would send.
    const [job] = await hub.sql<{ id: string }>(`insert into pgboss.job (name, data, retry_limit) values ($1, 'null', 0) returning id`, [
      queue,
    ]);

    const line = await eventually('it is told', () =>
      warned.mock.calls.map(([told]) => told as Record<string, unknown>).find(told => told['queue'] === queue),
    );

    expect(line).toMatchObject({ msg: 'A job failed', queue, jobIds: [job?.id], error: 'TypeError' });
  });
});
