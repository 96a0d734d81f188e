import { TAGS, TAGS_OF } from './journeys.js';
import { operationsAt, operationsOf, type Documented } from './operations-of.js';

const RANKS = new Map(Object.keys(TAGS_OF).map((id, rank) => [id, rank]));

/** Tags each operation with the journeys that it is a step of, and puts the paths in the order of the steps. */
export function tagJourneys<T extends Documented>(document: T): T {
  for (const operation of operationsOf(document)) operation.tags = [...(TAGS_OF[operation.operationId] ?? [])];
  const paths = Object.entries(document.paths)
    .map(([path, item]) => ({ path, item, rank: rankOf(document, path) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ path, item }) => [path, item] as const);
  return { ...document, tags: TAGS.map(tag => ({ ...tag })), paths: Object.fromEntries(paths) };
}

/** That of the first of its operations; one that no journey names comes last. */
function rankOf(document: Documented, path: string): number {
  return Math.min(...operationsAt(document, path).map(({ operationId }) => RANKS.get(operationId) ?? Infinity));
}
