import type { operations } from './scheduler-api.types.js';

/** A client of a hospital's API whose requests and answers have the types that are made out of the document: what a tool makes for anybody. */
export interface TypedClient {
  call<Name extends keyof typeof ENDPOINTS>(name: Name, input: InputOf<Name>): Promise<AnswerOf<Name>>;
}

const ENDPOINTS = {
  listCalendars: ['GET', '/calendars'],
  getAvailability: ['GET', '/availability'],
  createAppointment: ['POST', '/appointments'],
  listAppointments: ['GET', '/appointments'],
  rescheduleAppointment: ['PUT', '/appointments/{appointment_id}/reschedule'],
  cancelAppointment: ['PUT', '/appointments/{appointment_id}/cancel'],
  findPatient: ['GET', '/patient'],
} as const satisfies Partial<Record<keyof operations, readonly [string, string]>>;

type Part<T, Name extends string> =
  T extends Record<Name, infer Value> ? ([Value] extends [undefined] ? object : Record<Name, Value>) : object;
type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : null;
type InputOf<Name extends keyof operations> = Part<operations[Name]['parameters'], 'query'> &
  Part<operations[Name]['parameters'], 'path'> &
  Part<operations[Name]['parameters'], 'header'> &
  (operations[Name] extends { requestBody: infer Body } ? { body: Json<Body> } : object);
type Responses<Name extends keyof operations> = operations[Name]['responses'];
/** Of each documented status its own body. */
export type AnswerOf<Name extends keyof operations> = {
  [Status in keyof Responses<Name>]: { status: Status; body: Json<Responses<Name>[Status]> };
}[keyof Responses<Name>];

export function typedClient(baseUrl: string, apiKey: string): TypedClient {
  return {
    call: async <Name extends keyof typeof ENDPOINTS>(name: Name, input: InputOf<Name>): Promise<AnswerOf<Name>> => {
      const [method, template] = ENDPOINTS[name];
      const { query, path, header, body } = input as Record<string, Record<string, string> | undefined>;
      const place = template.replace(/\{(\w+)\}/g, (_match, parameter: string) => encodeURIComponent(path?.[parameter] ?? ''));
      const response = await fetch(`${baseUrl}${place}?${new URLSearchParams(query).toString()}`, {
        method,
        headers: { authorization: `Bearer ${apiKey}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...header },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) } as AnswerOf<Name>;
    },
  };
}
