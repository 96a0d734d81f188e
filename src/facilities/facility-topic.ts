/** What a caller heard that listens to facility changes, secrets included: the topic of `Invalidations`. */
export const FACILITY_TOPIC = 'facility';
