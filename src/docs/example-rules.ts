import { bodiesOf, type ExampleBodies } from './example-bodies.js';
import type { ExampleValues } from './example-values.js';
import { operationsOf, type Documented, type DocumentedOperation, type DocumentedParameter } from './operations-of.js';

/** Swagger UI puts a new one in its place each time (`freshKey`). */
const EXAMPLE_KEY = '01999c5e-0000-7000-8000-0000000000ff';
/** Ids that only an earlier answer gives, by operation and parameter, and from which. */
const ANSWERED: Record<string, { from: string; example: string }> = {
  'giveUpSlotHold.holdId': { from: 'holdSlot', example: '01999c5e-0000-7000-8000-000000000006' },
  'undoContactMerge.mergeId': { from: 'listContactMerges', example: '01999c5e-0000-7000-8000-00000000000a' },
  'revokeApiKey.id': { from: 'createApiKey', example: '01999c5e-0000-7000-8000-00000000000b' },
};

/** A copy of the document in which every parameter that is needed, and every body, has an example made of `values`. */
export function withExamples<T extends Documented>(document: T, values: ExampleValues): T {
  // It is JSON; and what `structuredClone` makes is of another realm in tests, which the YAML is then empty of.
  const copy = JSON.parse(JSON.stringify(document)) as T;
  const bodies = bodiesOf(values);
  for (const operation of operationsOf(copy)) {
    for (const parameter of operation.parameters ?? []) setParameter(operation.operationId, parameter, values);
    setBody(operation, bodies[operation.operationId]);
  }
  return copy;
}

function setParameter(operationId: string, parameter: DocumentedParameter, values: ExampleValues): void {
  const { example: literal, ...schema } = parameter.schema ?? {};
  if (parameter.schema) parameter.schema = schema;
  const answered = ANSWERED[`${operationId}.${parameter.name}`];
  if (answered) parameter.description ??= `From the answer of ${answered.from}.`;
  const example = answered?.example ?? exampleOf(operationId, parameter, values);
  if (example !== undefined) parameter.example = example;
  else if (literal !== undefined) parameter.description = hinting(parameter.description, literal);
}

/** Swagger UI fills every example in, also that of a filter: where it may be left out it is only told of. */
function hinting(description: string | undefined, literal: unknown): string {
  const hint = `For instance \`${String(literal)}\`.`;
  return description?.includes(hint) ? description : [description, hint].filter(Boolean).join(' ');
}

function exampleOf(operationId: string, { name, in: place, required }: DocumentedParameter, values: ExampleValues): string | undefined {
  if (place === 'header') return name === 'Idempotency-Key' ? EXAMPLE_KEY : undefined;
  if (!required) return undefined;
  if (name === 'id') return operationId === 'cancelAppointment' ? values.canceledAppointmentId : values.appointmentId;
  if (name === 'channel') return 'viber';
  return isValue(name, values) ? values[name] : undefined;
}

function isValue(name: string, values: ExampleValues): name is keyof ExampleValues {
  return name in values;
}

function setBody({ requestBody }: DocumentedOperation, examples: ExampleBodies[string]): void {
  for (const media of Object.values(requestBody?.content ?? {})) {
    if (!examples) continue;
    if ('value' in examples) media.example = examples.value;
    else media.examples = examples.named;
  }
}

/**
 * Runs in the browser: a booking is sent under a key of its own each time, and not again under that of the example. It is handed
 * over as text, so that it knows nothing but what is in it.
 */
export function freshKey(request: { headers?: Record<string, string> }): unknown {
  const headers = request.headers ?? {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() !== 'idempotency-key' || value !== '01999c5e-0000-7000-8000-0000000000ff') continue;
    // `randomUUID` is not there where the hub is reached by plain http under another name than localhost.
    headers[name] = Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
  }
  return request;
}
