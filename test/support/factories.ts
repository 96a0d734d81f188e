import type { Api } from './api.js';
import type { FakeHospital } from './fake-hospital.js';

/** A facility's creation, valid; the test says what matters. */
export function aFacility(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: 'Test General Hospital',
    timezone: 'Asia/Manila',
    country: 'PH',
    status: 'live',
    scheduler: {
      connector: 'botmd',
      baseUrl: 'https://scheduling.hospital.example/api/v1',
      auth: { scheme: 'bearer', apiKey: 'test-upstream-key' },
    },
    ...overrides,
  };
}

/** A facility connected to `hospital`, made over the API; its id. */
export async function createFacility(
  hub: Api,
  hospital: Pick<FakeHospital, 'baseUrl'>,
  overrides: Record<string, unknown> = {},
): Promise<string> {
  const scheduler = { connector: 'botmd', baseUrl: hospital.baseUrl, auth: { scheme: 'bearer', apiKey: 'test-upstream-key' } };
  const answer = await hub.call('POST', '/facilities', aFacility({ scheduler, ...overrides }));
  if (answer.status !== 201) throw new Error(`The facility was not made: ${answer.status} ${JSON.stringify(answer.body)}`);
  return (answer.body as { id: string }).id;
}
