import { basics } from './basics.js';
import { bookingCost } from './booking-cost.js';
import { bookingRate } from './booking-rate.js';
import { cachedAvailability } from './cached-availability.js';
import { calendarSyncRounds } from './calendar-sync-rounds.js';
import { calendarSync } from './calendar-sync.js';
import { coldAvailability } from './cold-availability.js';
import { consolePages } from './console-pages.js';
import { copies } from './copies.js';
import { DatabasePlace } from './database-place.js';
import type { Figure } from './figure.js';
import { growthByAppointments, growthByFacilities } from './growth.js';
import type { GrowthPlace } from './growth-units.js';
import { idle } from './idle.js';
import { isolation } from './isolation.js';
import { messagesSent } from './messages-sent.js';
import type { PartName, WebhookPart } from './options.js';
import { partitions } from './partitions.js';
import { patientAppointments, SIZES } from './patient-appointments.js';
import { newHub, newPlace, over, overWebhooks, startBareNest, type Bench } from './set-up.js';
import { soak } from './soak.js';
import { step } from './step.js';
import { WebhookPlace } from './webhook-place.js';
import { webhooksAcknowledged } from './webhooks-acknowledged.js';
import { webhooksDrained } from './webhooks-drain.js';
import { webhooksOpenLoop } from './webhooks-open-loop.js';

interface Part {
  /** Settings of the fake hospital; left out: those of `HOSPITAL`. */
  hospital?: Record<string, string>;
  measure: (bench: Bench) => Promise<Figure[]>;
}

/** How long the fake hospital takes. */
export const HOSPITAL = { AVAILABILITY_MS: '500', BOOKING_MS: '200' };
const QUICK = { AVAILABILITY_MS: '50', BOOKING_MS: '50' };

export const PARTS: Record<PartName, Part> = {
  basics: { measure: basics },
  booking: { measure: booking },
  cached: { measure: cached },
  cold: { hospital: { ...QUICK, SLOTS: '1500' }, measure: cold },
  console: { measure: ofConsole },
  copies: { measure: ofCopies },
  growth: { hospital: QUICK, measure: growth },
  idle: { measure: ofIdleHub },
  isolation: { hospital: QUICK, measure: isolated },
  messages: { measure: messages },
  partitions: { measure: onPartitions },
  patients: { measure: patients },
  soak: { measure: soaked },
  sync: { hospital: { CALENDARS: '20', CALENDARS_MS: '50' }, measure: synced },
  webhooks: { measure: webhooks },
};

async function booking({ processes, http, hospitalUrl }: Bench): Promise<Figure[]> {
  return over(
    'bookings',
    () => DatabasePlace.open('bookings', processes, http, hospitalUrl),
    async place => {
      const hub = await place.startHub();
      const facility = await hub.createFacility(place.upstreamUrl);
      const cost = await step('booking', () => bookingCost(http, hub, facility, hospitalUrl));
      return [cost, await step('as many bookings as go through', () => bookingRate(http, place, hub))];
    },
  );
}

/** Over the sandbox. */
async function cached(bench: Bench): Promise<Figure[]> {
  const hub = await newHub(bench);
  const nest = await startBareNest(bench);
  const facility = await hub.demoFacility();
  return [await step('cached availability', () => cachedAvailability(bench.http, hub, facility, nest, bench.processes.folder))];
}

async function cold(bench: Bench): Promise<Figure[]> {
  const hub = await newHub(bench);
  const facility = await hub.createFacility(`${bench.hospitalUrl}/api/v1`);
  return [await step('cold months', () => coldAvailability(bench.http, hub, facility, bench.hospitalUrl))];
}

async function isolated(bench: Bench): Promise<Figure[]> {
  return isolation(await newHub(bench), bench.hospitalUrl, step);
}

async function ofConsole({ processes, http, hospitalUrl }: Bench): Promise<Figure[]> {
  return over(
    'the console',
    () => WebhookPlace.openForWebhooks(processes, http, hospitalUrl),
    async place => consolePages(place, await place.startHub(), step),
  );
}

/** On a database and with a hub for each of the two. */
async function growth({ processes, http, hospitalUrl, options }: Bench): Promise<Figure[]> {
  const among = (what: string, measure: (at: GrowthPlace) => Promise<Figure[]>): Promise<Figure[]> =>
    over(
      `ever more ${what}`,
      () => WebhookPlace.openForWebhooks(processes, http, hospitalUrl, false, what),
      async place => {
        const hub = await place.startHub();
        const figures = await measure({ http, place, hub, hospitalUrl });
        await hub.process.stop();
        return figures;
      },
    );
  return [
    ...(await among('facilities', at => growthByFacilities(at, step))),
    ...(await among('appointments', at => growthByAppointments(at, options.isLarge, step))),
  ];
}

/** As in production, and a hub of the zero-configuration way after it. */
async function ofIdleHub(bench: Bench): Promise<Figure[]> {
  const { processes, http, hospitalUrl } = bench;
  const zero = await newPlace(bench);
  return over(
    'an idle hub',
    () => WebhookPlace.openForWebhooks(processes, http, hospitalUrl, true),
    place => step('idle', () => idle(processes, http, place, zero)),
  );
}

async function messages({ processes, http, hospitalUrl }: Bench): Promise<Figure[]> {
  return over(
    'messages',
    () => WebhookPlace.openForWebhooks(processes, http, hospitalUrl),
    async place => {
      const hub = await place.startHub();
      return step('messages sent', () => messagesSent(http, place, hub, hospitalUrl));
    },
  );
}

/** Which partitions are touched is said, not how quick it is. */
async function onPartitions({ processes, http, hospitalUrl }: Bench): Promise<Figure[]> {
  return over(
    'partitions',
    () => WebhookPlace.openPlainly('partitions', processes, http, hospitalUrl),
    async place => [await step('a day on partitioned tables', () => partitions(http, place))],
  );
}

async function patients({ processes, http, hospitalUrl, options }: Bench): Promise<Figure[]> {
  return over(
    'patients',
    () => DatabasePlace.open('patients', processes, http, hospitalUrl),
    async place => patientAppointments(http, place, await place.startHub(), options.isLarge ? SIZES.large : SIZES.small, step),
  );
}

async function synced({ processes, http, hospitalUrl, options }: Bench): Promise<Figure[]> {
  return over(
    'calendars',
    () => WebhookPlace.openForWebhooks(processes, http, hospitalUrl, true),
    async place => {
      const hub = await place.startHub();
      if (!options.isLarge) return step('calendar sync', () => calendarSync(http, place, hub, hospitalUrl));
      return step('calendar sync of many', () => calendarSyncRounds(http, place, hub, hospitalUrl, options.manyFacilities));
    },
  );
}

async function ofCopies(bench: Bench): Promise<Figure[]> {
  return overWebhooks(bench, (place, hub, source) => step('copies', () => copies(place, hub, source)));
}

async function soaked(bench: Bench): Promise<Figure[]> {
  const { minutes } = bench.options;
  return overWebhooks(bench, async (place, hub, source) => {
    const facility = await hub.open(source.endpoint.facilityId);
    return [await step(`soak, ${minutes} minutes`, () => soak(bench.http, place, hub, { source, facility, minutes }))];
  });
}

async function webhooks(bench: Bench): Promise<Figure[]> {
  return overWebhooks(bench, async (place, hub, source) => {
    const parts: Record<WebhookPart, () => Promise<Figure[]>> = {
      'open-loop': () => webhooksOpenLoop(place, hub, source),
      acknowledged: () => webhooksAcknowledged(place, hub, source),
      drained: () => webhooksDrained(place, hub),
    };
    const figures: Figure[] = [];
    for (const part of bench.options.webhookParts) figures.push(...(await step(`webhooks: ${part}`, parts[part])));
    return figures;
  });
}
