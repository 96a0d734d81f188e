import type { Caller } from '../auth/scope.js';

/** The start itself acts as an admin. */
export const STARTER: Caller = { keyId: 'start', scopes: ['admin'], facilityIds: null };
