/** The one date library: native Temporal where the runtime has it (Node 26), else its polyfill. */
export { Temporal } from 'temporal-polyfill';
