import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../database/prepared-statement.js';
import { RowTable, type StoredRow } from '../database/row-table.js';
import { pageOfContactText, pageText, type AppointmentFilter } from './appointment-page-text.js';
import { Appointment } from './appointment.entity.js';

/** Whose they are, and the first of them. */
export interface ContactPage {
  facilityId: string;
  rows: Appointment[];
}

/** Lists of appointments, as plain rows: one statement each, whoever's they are, and whatever they are narrowed to. */
@Injectable()
export class AppointmentPagesRepository {
  private readonly table: RowTable<Appointment>;
  /** By their text: as many as there are sets of conditions that somebody has asked for. */
  private readonly statements = new Map<string, PreparedStatement<StoredRow>>();

  constructor(private readonly em: EntityManager) {
    this.table = RowTable.of(em, Appointment);
  }

  /** Newest first, those with an id below `before`; one more than `limit`. */
  async page(facilityId: string, filter: AppointmentFilter, before: string | null, limit: number): Promise<Appointment[]> {
    const { name, text, values } = pageText(this.table.columns, { facilityId, filter, before, count: limit + 1 });
    const stored = await this.statement(name, text).run(this.em, values);
    return stored.map(row => this.table.read(row));
  }

  /** Likewise, of a contact among the facilities given (null is all); of one that was merged those of the kept one. null: there is no such contact. */
  async pageOfContact(
    facilityIds: readonly string[] | null,
    contactId: string,
    before: string | null,
    limit: number,
  ): Promise<ContactPage | null> {
    const { name, text, values } = pageOfContactText(this.table.columns, { facilityIds, contactId, before, count: limit + 1 });
    const stored = await this.statement(name, text).run(this.em, values);
    const [first] = stored;
    if (!first) return null;
    const rows = stored.flatMap(row => (row['id'] === null ? [] : [this.table.read(row)]));
    return { facilityId: String(first['contact_facility_id']), rows };
  }

  private statement(name: string, text: string): PreparedStatement<StoredRow> {
    const known = this.statements.get(name);
    if (known) return known;
    const statement = new PreparedStatement<StoredRow>(name, text);
    this.statements.set(name, statement);
    return statement;
  }
}
