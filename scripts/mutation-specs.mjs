// For `npm run mutation`: the unit tests of one group as one test file, since most of the time that a mutant costs goes into beginning a
// file. Run by jest (jest.unit.config.mjs).
import { groupNamed } from './mutation-groups.mjs';

for (const spec of groupNamed(process.env.MUTATION_GROUP).specs) await import(`../${spec}`);
