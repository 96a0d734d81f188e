/** What a list says of a facility beside something else. */
export interface FacilityBrief {
  id: string;
  name: string;
  timezone: string;
}
