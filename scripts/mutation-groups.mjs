// Which rules are mutated, and which tests must notice. Rules only that touch nothing but their arguments: what opens a connection, or
// decides where one may go, is never mutated.

/** Of the mutants of each group, in percent: fewer noticed fail the run. */
export const LEAST_SCORE = 85;

/** The rules of each: paths in `src/`, without their endings. Their tests are those beside them, `*.spec.ts`. */
const GROUPS = {
  signature: [
    'webhooks/signature-header-rules',
    'webhooks/signature-mismatch-rules',
    'webhooks/signature-problem-rules',
    'webhooks/signature-rules',
    'webhooks/signed-body-rules',
    'notifications/receipts/body-signature',
    'notifications/receipts/messenger-challenge',
    'notifications/receipts/twilio-signature',
  ],
  idempotency: ['appointments/idempotency-rules', 'appointments/stable-json', 'appointments/stored-answer'],
  'event-effect': [
    'appointments/appointment-facts',
    'appointments/event-echo-rules',
    'appointments/event-effect',
    'appointments/event-owner-rules',
    'appointments/event-review-rules',
    'appointments/event-telling-rules',
    'appointments/own-change-rules',
    'appointments/stamp-rules',
  ],
  'contact-match': ['contacts/contact-fill-rules', 'contacts/contact-match', 'contacts/contact-merge-rules', 'contacts/person-name'],
  policy: ['appointments/change-policy', 'appointments/change-repeat-rules'],
  crypto: [
    'audit/audit-chain-rules',
    'common/random-pool',
    'crypto/blind-index',
    'crypto/field-cipher',
    'key-rotation/key-count-rules',
    'key-rotation/reseal-rules',
  ],
  tenancy: ['auth/docs-key-rules', 'auth/scope', 'database/facility-scope', 'facilities/facility-token'],
};

export const GROUP_NAMES = Object.keys(GROUPS);

/** The files of a group, from the root. Throws for a name that is none. */
export function groupNamed(name) {
  const group = Object.hasOwn(GROUPS, name) ? GROUPS[name] : undefined;
  if (!group) throw new Error(`There is no group "${name}": they are ${GROUP_NAMES.join(', ')}.`);
  return { rules: group.map(rule => `src/${rule}.ts`), specs: group.map(rule => `src/${rule}.spec.ts`) };
}
