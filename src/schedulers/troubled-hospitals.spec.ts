import { TroubledHospitals } from './troubled-hospitals.js';

const counted = (hospitals: TroubledHospitals): Record<string, number> =>
  Object.fromEntries(
    hospitals
      .samples()
      .filter(([, count]) => count > 0)
      .map(([{ facility, outcome }, count]) => [`${facility} ${outcome}`, count]),
  );

describe('Hospitals that have trouble', () => {
  it('are counted by their name from then on, all others together', () => {
    const hospitals = new TroubledHospitals();

    for (const outcome of ['answered', 'failed', 'answered', 'held-back', 'refused'] as const) hospitals.count('a', outcome);
    hospitals.count('b', 'answered');
    hospitals.count('b', 'refused');

    expect(counted(hospitals)).toEqual({
      'other answered': 2,
      'other refused': 1,
      'a failed': 1,
      'a answered': 1,
      'a held-back': 1,
      'a refused': 1,
    });
  });

  it('are so many at most: the one whose trouble is longest ago goes to the others, with all its counts', () => {
    const hospitals = new TroubledHospitals(2);

    hospitals.count('a', 'failed');
    hospitals.count('b', 'failed');
    // Well by now: that is no reason to keep it.
    hospitals.count('a', 'answered');
    hospitals.count('c', 'failed');

    expect(counted(hospitals)).toEqual({ 'other failed': 1, 'other answered': 1, 'b failed': 1, 'c failed': 1 });
  });

  it('begin at nothing, with the others', () => {
    expect(new TroubledHospitals().samples().map(([labels]) => labels)).toEqual(
      ['answered', 'refused', 'failed', 'held-back'].map(outcome => ({ facility: 'other', outcome })),
    );
  });
});
