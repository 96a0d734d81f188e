import { bestAlternatives, type Alternative } from './slot-alternatives.js';

function at(time: string, calendarId = 'own'): Alternative {
  const startMs = Date.parse(`2026-03-${time}:00Z`);
  return { calendarId, startMs, endMs: startMs + 1_800_000 };
}

const TAKEN = at('09T02:00');

describe('the best alternatives to a taken slot', () => {
  it.each([
    {
      what: 'the nearest later ones',
      free: [at('09T05:00'), at('09T02:30'), at('09T03:00')],
      limit: 2,
      best: [at('09T02:30'), at('09T03:00')],
    },
    {
      what: 'a far later one before a near earlier one',
      free: [at('09T01:30'), at('20T02:00')],
      limit: 2,
      best: [at('20T02:00'), at('09T01:30')],
    },
    {
      what: 'the nearest earlier ones where no later is left',
      free: [at('02T01:00'), at('08T01:00')],
      limit: 2,
      best: [at('08T01:00'), at('02T01:00')],
    },
    {
      what: 'those of the same calendar before others',
      free: [at('09T02:00', 'other'), at('08T02:00')],
      limit: 2,
      best: [at('08T02:00'), at('09T02:00', 'other')],
    },
    {
      what: "another calendar's at the same time, never the taken one",
      free: [at('09T02:00'), at('09T02:00', 'other')],
      limit: 3,
      best: [at('09T02:00', 'other')],
    },
    {
      what: 'never those of the same calendar that overlap it',
      free: [at('09T01:45'), at('09T02:15'), at('09T02:15', 'other'), at('09T01:30')],
      limit: 4,
      best: [at('09T01:30'), at('09T02:15', 'other')],
    },
    { what: 'no more than asked for', free: [at('09T02:30'), at('09T03:00')], limit: 1, best: [at('09T02:30')] },
    { what: 'none of none', free: [], limit: 3, best: [] },
  ])('are $what', ({ free, limit, best }) => {
    expect(bestAlternatives(free, TAKEN, limit)).toEqual(best);
  });
});
