import { CheckFailed, CheckSkipped } from '../check-outcome.js';
import type { Check } from '../check.js';
import { described } from '../http/answer.js';
import { readCalendars, type ReadCalendars } from '../read/calendars.js';
import { idField, isObject, listOf } from '../read/fields.js';
import { nextLinkOf } from '../read/next-link.js';
import type { Session } from '../session.js';
import { mustBeNone, mustBeUnauthorized, mustSucceed } from './expect.js';

const MAX_PAGES = 100;

/** Made anew for each run: the calendars are read once, and looked at by several checks. */
export function setUpChecks(): Check[] {
  const list: { items: unknown[] | null; read: ReadCalendars | null } = { items: null, read: null };
  const calendars = (): ReadCalendars => {
    if (list.read === null) throw new CheckSkipped('the calendars could not be read (see CAL-1)');
    return list.read;
  };
  return [
    {
      name: 'the key is let in',
      clause: 'AUTH-1',
      fix: 'Compare the key with the one that is set up, and --auth with how your API wants it.',
      run: async session => {
        mustSucceed(await session.send({ method: 'GET', path: '/calendars' }), 'GET calendars with the key');
      },
    },
    {
      name: 'no key is refused',
      clause: 'AUTH-2',
      fix: 'Answer 401 to every call without a key, before anything else.',
      run: async session => {
        mustBeUnauthorized(await session.send({ method: 'GET', path: '/calendars', authorization: 'none' }), 'GET calendars without a key');
      },
    },
    {
      name: 'a wrong key is refused',
      clause: 'AUTH-3',
      fix: 'Compare the whole key, and answer 401 where it differs.',
      run: async session => {
        mustBeUnauthorized(
          await session.send({ method: 'GET', path: '/calendars', authorization: 'wrong' }),
          'GET calendars with a wrong key',
        );
      },
    },
    {
      name: 'the pages of calendars lead to an end',
      clause: 'LIST-1',
      fix: 'Link each next page as `Link: <URL>; rel="next"` on the same host, none on the last, and list each calendar on one page alone.',
      run: async session => {
        list.items = await readPages(session, '/calendars');
      },
    },
    {
      name: 'there are calendars',
      clause: 'CAL-1',
      fix: 'Answer 200 with an array of calendars, bare or under `data` or `calendars`.',
      run: async session => {
        const answer = await session.send({ method: 'GET', path: '/calendars' });
        const items = list.items ?? listOf(answer.body);
        if (answer.status !== 200 || items === null)
          throw new CheckFailed(`GET calendars was answered with ${described(answer)} and holds no list`);
        list.read = readCalendars(items);
        session.calendars = list.read.calendars;
        if (items.length === 0) throw new CheckFailed('the list of calendars is empty');
      },
    },
    {
      name: 'each calendar has its own id, and a name',
      clause: 'CAL-2',
      fix: 'Give each calendar an `id` that never changes and that no other has, and a `name` that patients know.',
      run: () => {
        mustBeNone(calendars().broken);
      },
    },
    {
      name: 'each calendar names its zone',
      clause: 'CAL-3',
      fix: 'Send `timezone` with an IANA name such as Asia/Manila; offsets and abbreviations know no daylight saving.',
      run: session => {
        const { brokenZones, withoutZone } = calendars();
        mustBeNone(brokenZones);
        if (withoutZone.length > 0) session.warn(`without \`timezone\`, the facility's is taken: ${withoutZone.slice(0, 5).join(', ')}`);
      },
    },
    {
      name: 'each appointment type has id, name and duration',
      clause: 'CAL-4',
      fix: 'Send `appointment_types: [{id, name, duration_minutes}]`, or none at all: the hub then makes one default type.',
      run: () => {
        mustBeNone(calendars().brokenTypes);
      },
    },
  ];
}

/** All entries. Throws `CheckFailed` for a link that leads away or in a circle, and for an entry that comes twice. */
async function readPages(session: Session, path: string): Promise<unknown[]> {
  const seen = new Set<string>();
  const items: unknown[] = [];
  let next: string | null = session.client.urlOf(path).href;
  while (next !== null) {
    if (seen.has(next)) throw new CheckFailed('the next page of a page is one that came before');
    if (seen.size === MAX_PAGES) throw new CheckFailed(`there are more than ${MAX_PAGES} pages`);
    seen.add(next);
    const answer = await session.send({ method: 'GET', path: next });
    const page = listOf(answer.body);
    if (answer.status !== 200 || page === null)
      throw new CheckFailed(`page ${seen.size} was answered with ${described(answer)} and holds no list`);
    items.push(...page);
    const url = nextLinkOf(answer.headers.get('link'), new URL(next));
    if (url !== null && !session.client.isOwn(url)) throw new CheckFailed(`the next page is on another host, ${url.host}`);
    next = url?.href ?? null;
  }
  const ids = items.map(item => (isObject(item) ? idField(item, 'id', 'calendarId') : null)).filter(id => id !== null);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (seen.size > 1) mustBeNone(twice.map(id => `"${id}" comes twice`));
  return items;
}
