import { readFileSync } from 'node:fs';
import { CLAUSES } from './clauses.js';

describe('the clauses', () => {
  it('are those of the contract, word for word', () => {
    const contract = readFileSync('docs/scheduler-contract.md', 'utf8');
    const rows = contract.matchAll(/^\| (?<id>[A-Z]+-\d+) +\| (?<text>.+?) +\|$/gm);

    const told = Object.fromEntries([...rows].map(({ groups }) => [groups?.['id'], groups?.['text']]));

    expect(told).toEqual(CLAUSES);
  });
});
