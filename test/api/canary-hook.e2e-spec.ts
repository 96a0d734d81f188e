import { Logger } from 'nestjs-pino';
import { createFacility } from '../support/factories.js';
import { startHub } from '../support/hub.js';

/** In clear, and in base64 behind something else. */
const LEFT = ['Testa Inventada', '+639170000001', 'test-upstream-key', Buffer.from('of Testa Inventada').toString('base64')];

describe('The end of every suite', () => {
  it('fails where a patient or a secret was left in its database, be it in the jobs’ tables', async () => {
    const hub = await startHub();
    const facilityId = await createFacility(hub, { baseUrl: 'https://scheduling.hospital.example/api/v1' });
    await hub.call('PUT', `/facilities/${facilityId}/contacts`, { name: 'Testa Inventada', phone: '0917 000 0001' });
    for (const value of LEFT) {
      await hub.sql(`insert into pgboss.job (name, data) select name, $1 from pgboss.queue limit 1`, [JSON.stringify({ value })]);
    }

    const error = await hub.close().then(
      () => '',
      (reason: unknown) => String(reason),
    );

    const lines = error.split('\n').slice(1);
    expect(lines.map(line => line.split(':', 1)[0]?.split('.')[0])).toEqual(LEFT.map(() => 'pgboss'));
    for (const value of LEFT) expect(error).toContain(value);
  });

  it('fails where one was logged, be it at level debug', async () => {
    const hub = await startHub();
    hub.app.get(Logger).debug({ msg: 'invented', patient: 'Testa Inventada' });

    await expect(hub.close()).rejects.toThrow(/in the log or the database:\n.*Testa Inventada/);
  });
});
