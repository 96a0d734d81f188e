import { Transform } from 'class-transformer';
import { IsIn, Matches } from 'class-validator';
import type { Address } from './address-rules.js';
import { CHANNELS, type Channel } from './facility.settings.js';

/** Somebody's address on a channel. */
export class AddressDto implements Address {
  /** @example "sms" */
  @IsIn(CHANNELS)
  channel!: Channel;

  /**
   * For `sms` a phone number; for `messenger` the page-scoped id, for `viber` the user id.
   * @example "+639051234567"
   */
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @Matches(/^[^\p{C}]{1,200}$/u, { message: '$property must be 1 to 200 printable characters' })
  address!: string;
}
