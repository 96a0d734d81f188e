import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { Channel } from '../facilities/facility.settings.js';

/** An address that is wanted, with the id that it gets if it is new. */
export interface WantedAddress {
  id: string;
  facilityId: string;
  channel: Channel;
  addressSealed: string;
  addressIndex: string;
}

/** What somebody's address was last heard to do; null: it was not that. */
export interface HeardOf {
  inboundAt: Date | null;
  optedOut: { isOptedOut: boolean; at: Date } | null;
}

const ENSURE = new PreparedStatement<{ id: string; isSealed: boolean }>(
  'ensure-channel-address',
  `with added as (
     insert into channel_address (id, facility_id, channel, address_sealed, address_index, is_opted_out, created_at)
     values ($1, $2, $3, $4, $5, false, $6)
     on conflict (facility_id, channel, address_index) do nothing returning id
   )
   select id, true as "isSealed" from added
   union all select id, address_sealed is not null as "isSealed" from channel_address where facility_id = $2 and channel = $3 and address_index = $5
   limit 1`,
);

const SEAL = new PreparedStatement(
  'seal-channel-address-again',
  'update channel_address set address_sealed = $3 where facility_id = $1 and id = $2 and address_sealed is null',
);

/** In whatever order they come: the last inbound message holds, and the later of two opts; of two at one moment the opt-out. */
const HEAR = new PreparedStatement(
  'hear-of-channel-address',
  `insert into channel_address as known (id, facility_id, channel, address_sealed, address_index, created_at, last_inbound_at, is_opted_out, opt_changed_at)
   values ($1, $2, $3, $4, $5, $6, $7, coalesce($8, false), $9)
   on conflict (facility_id, channel, address_index) do update set
     last_inbound_at = greatest(known.last_inbound_at, excluded.last_inbound_at),
     is_opted_out = case
       when excluded.opt_changed_at is null or excluded.opt_changed_at < known.opt_changed_at then known.is_opted_out
       when excluded.opt_changed_at = known.opt_changed_at then known.is_opted_out or excluded.is_opted_out
       else excluded.is_opted_out end,
     opt_changed_at = greatest(known.opt_changed_at, excluded.opt_changed_at)`,
);

@Injectable()
export class ChannelAddressRepository {
  constructor(private readonly em: EntityManager) {}

  /** The address, which is made if it is not there; `isSealed` false: whose it was is forgotten, see `sealAgain`. Several at the same moment get the same one. */
  async ensure(em: EntityManager, wanted: WantedAddress, now: Date): Promise<{ id: string; isSealed: boolean }> {
    const { id, facilityId, channel, addressSealed, addressIndex } = wanted;
    const values = [id, facilityId, channel, addressSealed, addressIndex, now];
    // One that another transaction has just committed can be seen by the next statement only.
    const found = (await ENSURE.run(em, values))[0] ?? (await ENSURE.run(em, values))[0];
    if (!found) throw new Error(`The channel address ${id} could neither be made nor found`);
    return found;
  }

  /** The address is somebody's again. `addressSealed`: for this row. */
  async sealAgain(em: EntityManager, facilityId: string, id: string, addressSealed: string): Promise<void> {
    await SEAL.run(em, [facilityId, id, addressSealed]);
  }

  /** Notes what was heard, on an address that is made if it is not there. */
  async hear(wanted: WantedAddress, heard: HeardOf, now: Date): Promise<void> {
    const { id, facilityId, channel, addressSealed, addressIndex } = wanted;
    const { inboundAt, optedOut } = heard;
    const values = [inboundAt, optedOut?.isOptedOut ?? null, optedOut?.at ?? null];
    await HEAR.run(this.em, [id, facilityId, channel, addressSealed, addressIndex, now, ...values]);
  }
}
