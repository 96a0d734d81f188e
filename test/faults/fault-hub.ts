import type { TestHub } from '../support/hub.js';

/** The hub under faults: in this process or another, called over HTTP; its database is looked into in the end. */
export type FaultHub = Pick<TestHub, 'url' | 'call' | 'sql'>;
