/** Two contacts that turned out to be one. */
export class ContactMergeDto {
  id!: string;
  /** The contact that both are since. */
  keptContactId!: string;
  /** Its id leads to the kept contact, until the merge is undone. */
  mergedContactId!: string;
  /** ISO 8601 */
  mergedAt!: string;
  /** When they were parted again; null: they are one. */
  undoneAt!: string | null;
  /** The webhook event that showed it. */
  reference!: string;
}

export class ContactMergesDto {
  /** Newest first. */
  data!: ContactMergeDto[];
}
