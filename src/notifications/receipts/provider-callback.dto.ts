/** The receipts are stored. */
export class ReceivedCallbackDto {
  /**
   * How many there were.
   * @example 1
   */
  receipts!: number;
}
