import { JourneyFailedError } from './journey-failed.error.js';

/** An answer's body: JSON of any shape. */
export type Json = Record<string, unknown>;

export function text(json: Json, name: string): string {
  const value = json[name];
  if (typeof value !== 'string') throw new JourneyFailedError(`The answer has no ${name}`);
  return value;
}

export function object(json: Json, name: string): Json {
  const value = json[name];
  if (typeof value !== 'object' || value === null) throw new JourneyFailedError(`The answer has no ${name}`);
  return value as Json;
}

export function list(json: Json, name: string): Json[] {
  const value = json[name];
  return Array.isArray(value) ? (value as Json[]) : [];
}
