/** Named as the controllers' methods. */
export const ENDPOINTS = [
  'listCalendars',
  'getAvailability',
  'createAppointment',
  'rescheduleAppointment',
  'cancelAppointment',
  'listAppointments',
  'findPatient',
] as const;

export type EndpointName = (typeof ENDPOINTS)[number];

export function isEndpoint(name: string): name is EndpointName {
  return ENDPOINTS.some(endpoint => endpoint === name);
}

/** How often each endpoint of the contract was called with a valid key, refusals and 304s included. Staff's calls are not counted. */
export class CallCounts {
  private readonly counts = new Map<string, number>(ENDPOINTS.map(endpoint => [endpoint, 0]));

  count(name: string): void {
    const soFar = this.counts.get(name);
    if (soFar !== undefined) this.counts.set(name, soFar + 1);
  }

  of(endpoint: EndpointName): number {
    return this.counts.get(endpoint) ?? 0;
  }
}
