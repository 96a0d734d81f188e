import { AppointmentEvent } from './appointments/appointment-event.entity.js';
import { Appointment } from './appointments/appointment.entity.js';
import { IdempotencyKey } from './appointments/idempotency-key.entity.js';
import { UnknownOutcome } from './appointments/unknown-outcome.entity.js';
import { UpstreamAttempt } from './appointments/upstream-attempt.entity.js';
import { AuditContact } from './audit/audit-contact.entity.js';
import { AuditEntry } from './audit/audit-entry.entity.js';
import { AuditLink } from './audit/audit-link.entity.js';
import { ApiKey } from './auth/api-key.entity.js';
import { ConsoleSession } from './auth/console-session.entity.js';
import { AvailabilitySnapshot } from './availability/availability-snapshot.entity.js';
import { SlotClaim } from './availability/slot-claim.entity.js';
import { SlotHold } from './availability/slot-hold.entity.js';
import { AppointmentType } from './calendars/appointment-type.entity.js';
import { CalendarOffering } from './calendars/calendar-offering.entity.js';
import { CalendarSync } from './calendars/calendar-sync.entity.js';
import { Calendar } from './calendars/calendar.entity.js';
import { ChannelAddress, ContactChannel } from './contacts/channel-address.entity.js';
import { ContactIdentity } from './contacts/contact-identity.entity.js';
import { ContactMerge } from './contacts/contact-merge.entity.js';
import { Contact } from './contacts/contact.entity.js';
import { DriftFinding } from './drift/drift-finding.entity.js';
import { DriftRun } from './drift/drift-run.entity.js';
import { FacilitySecret } from './facilities/facility-secret.entity.js';
import { Facility } from './facilities/facility.entity.js';
import { PlatformEvent } from './feed/platform-event.entity.js';
import { RateCount } from './limits/rate-count.entity.js';
import { NotificationAttempt } from './notifications/notification-attempt.entity.js';
import { NotificationReceipt } from './notifications/notification-receipt.entity.js';
import { Notification } from './notifications/notification.entity.js';
import { SmsSpend } from './notifications/sms-spend.entity.js';
import { NotificationTemplate } from './notifications/texts/notification-template.entity.js';
import { FacilityHealth } from './operations/facility-health.entity.js';
import { WebhookEvent } from './webhooks/webhook-event.entity.js';

/** Every table of the hub, for the ORM and its migrations. */
export const ENTITIES = [
  RateCount,
  ApiKey,
  ConsoleSession,
  Facility,
  FacilitySecret,
  Calendar,
  AppointmentType,
  CalendarOffering,
  CalendarSync,
  Contact,
  ContactIdentity,
  ChannelAddress,
  ContactChannel,
  ContactMerge,
  AvailabilitySnapshot,
  SlotClaim,
  SlotHold,
  Appointment,
  AppointmentEvent,
  UnknownOutcome,
  UpstreamAttempt,
  IdempotencyKey,
  WebhookEvent,
  PlatformEvent,
  Notification,
  NotificationAttempt,
  NotificationReceipt,
  NotificationTemplate,
  AuditContact,
  AuditEntry,
  AuditLink,
  SmsSpend,
  FacilityHealth,
  DriftRun,
  DriftFinding,
];
