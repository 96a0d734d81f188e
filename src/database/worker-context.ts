import { RequestContext, type EntityManager } from '@mikro-orm/core';
import { acrossFacilities, withinFacilities } from './facility-scope.js';

/** Work that no request has asked for: an identity map of its own, and the rows of every facility. */
export function asWorker<T>(em: EntityManager, work: () => Promise<T>): Promise<T> {
  return acrossFacilities(() => RequestContext.create(em, work));
}

/** Likewise, with the rows of one facility alone. */
export function asWorkerOf<T>(em: EntityManager, facilityId: string, work: () => Promise<T>): Promise<T> {
  return withinFacilities([facilityId], () => RequestContext.create(em, work));
}
