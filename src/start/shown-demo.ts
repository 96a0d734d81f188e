import { Injectable } from '@nestjs/common';

/** The demo facility of this start, for the examples of the document; null: there is none. */
@Injectable()
export class ShownDemo {
  facilityId: string | null = null;
}
