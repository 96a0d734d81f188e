import type { AppointmentDto, TimelineEntryDto } from '../appointments/appointment.dto.js';
import type { ContactMergeDto } from '../appointments/contact-merges.dto.js';
import type { ContactDto } from '../contacts/contact.dto.js';
import type { NotificationWithTextDto } from '../notifications/notification.dto.js';
import type { AuditEntryDto } from '../operations/audit-log.dto.js';
import type { WebhookEventDto } from '../webhooks/webhook-event.dto.js';

export class ExportedAppointmentDto {
  appointment!: AppointmentDto;
  /** What was noted when it was booked. */
  notes!: string | null;
  /** Oldest first. */
  timeline!: TimelineEntryDto[];
}

export class ExportedEventDto {
  event!: WebhookEventDto;
  /** As the hospital sent it; null: it is not kept any more. */
  body!: string | null;
}

/** All that is kept of one patient. Lists are newest first. */
export class ContactExportDto {
  facilityId!: string;
  contactId!: string;
  /** ISO 8601, in the facility's zone. */
  exportedAt!: string;
  contact!: ContactDto;
  /** Contacts that turned out to be this one. */
  merged!: ContactDto[];
  merges!: ContactMergeDto[];
  appointments!: ExportedAppointmentDto[];
  /** With text, tries and receipts. */
  messages!: NotificationWithTextDto[];
  webhookEvents!: ExportedEventDto[];
  /** Who has read or changed any of it, and when. */
  audit!: AuditEntryDto[];
  /**
   * Lists that hold more than is shown: the newest 1,000, of events 200. Read the rest with the lists of the API.
   * @example []
   */
  cut!: string[];
}
