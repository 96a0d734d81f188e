/** What an event changed of a record: names as the API spells them. What is the patient's own shows no values. */
export interface FieldChange {
  field: string;
  before: string | null;
  after: string | null;
}
