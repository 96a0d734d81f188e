import type { AppointmentView } from '../booking/appointment.view.js';
import type { Delivery } from '../webhooks/delivery-log.js';

export interface DeskNotice {
  isDone: boolean;
  text: string;
  /** What became of the event's webhook; null: none was to be sent. */
  webhook: string | null;
}

export interface DeskAppointment extends AppointmentView {
  patientName: string;
}

export interface DeskCalendar {
  id: string;
  name: string;
  /** IANA; times are shown and read in it. */
  timezone: string;
  types: { id: string; name: string }[];
  /** `YYYY-MM-DDTHH:MM`, what the form begins with. */
  nextTime: string;
  appointments: DeskAppointment[];
  /** Appointments that are not shown. */
  laterCount: number;
}

export interface DeskModel {
  notice: DeskNotice | null;
  /** Whether anybody is told of changes. */
  target: boolean;
  calendars: DeskCalendar[];
  deliveries: (Delivery & { answer: string })[];
}

const STYLE = `:root{color-scheme:light dark}*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;background:Canvas;color:CanvasText}
section{border-top:1px solid GrayText;padding:.5rem 0}article{padding:.5rem 0;border-top:1px dotted GrayText}
.canceled b{text-decoration:line-through}small{opacity:.8;overflow-wrap:anywhere}form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end;margin:.5rem 0}
label{display:flex;flex-direction:column;flex:1 1 10rem;font-size:.875rem}input,select,button{font:inherit;min-height:2.75rem;padding:.25rem .5rem;max-width:100%}
summary{min-height:2.75rem;padding:.5rem 0;cursor:pointer}.notice{border:2px solid;padding:.5rem 1rem;overflow-wrap:anywhere}
.scroll{overflow-x:auto}table{border-collapse:collapse}td,th{text-align:left;padding:.25rem .75rem .25rem 0}`;

/** The whole page; needs no other file and no script. What anybody wrote is escaped. */
export function deskPage({ notice, target, calendars, deliveries }: DeskModel): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Sandbox hospital</title>
<style>${STYLE}</style></head><body>
<main><h1><a href="/">Sandbox hospital</a></h1>
${notice === null ? '' : noticeHtml(notice)}
<p>What you do here staff do. ${target ? 'The hub is told by webhook.' : 'Nobody is told: connect a hub with <code>PUT /staff/webhook</code>.'}</p>
${calendars.map(calendarHtml).join('\n')}
${deliveriesHtml(deliveries)}
</main></body></html>
`;
}

function noticeHtml({ isDone, text, webhook }: DeskNotice): string {
  return `<p class="notice" role="${isDone ? 'status' : 'alert'}">${html(text)}${webhook === null ? '' : `<br>${html(webhook)}`}</p>`;
}

function calendarHtml(calendar: DeskCalendar): string {
  const { id, name, timezone, appointments, laterCount } = calendar;
  const none = appointments.length === 0 ? '<p>No appointments from today on.</p>' : '';
  const later = laterCount === 0 ? '' : `<p>And ${String(laterCount)} later.</p>`;
  return `<section><h2>${html(name)}</h2><small>${html(id)}, ${html(timezone)}</small>
${none}${appointments.map(appointmentHtml).join('\n')}${later}
<details><summary>Book at ${html(name)}</summary>${bookingForm(calendar)}</details></section>`;
}

function bookingForm({ id, types, nextTime }: DeskCalendar): string {
  const options = types.map(type => `<option value="${html(type.id)}">${html(type.name)}</option>`).join('');
  const type = types.length === 0 ? '' : `<label>Type<select name="appointmentTypeId">${options}</select></label>`;
  return form('book', { calendarId: id }, 'Book', [
    type,
    field('time', 'Time', `type="datetime-local" required value="${html(nextTime)}"`),
    field('name', 'Patient', 'required maxlength="200"'),
    field('dateOfBirth', 'Date of birth', 'type="date"'),
    field('phone', 'Phone', 'type="tel" maxlength="40"'),
  ]);
}

function appointmentHtml(appointment: DeskAppointment): string {
  const { appointmentId, datetime, patientName, status, queueNumber, patientId, temporaryPatientId } = appointment;
  const queue = queueNumber === null ? '' : `, queue number ${html(queueNumber)}`;
  return `<article class="${status}"><b>${html(datetime.slice(0, 16).replace('T', ' '))}</b> ${html(patientName)}: ${status.replace('_', ' ')}${queue}
<br><small>${html(appointmentId)}, patient ${html(patientId ?? temporaryPatientId ?? 'without id')}</small>
${actionsOf(appointment)}</article>`;
}

function actionsOf({ appointmentId, calendarId, datetime, status, patientId, temporaryPatientId }: DeskAppointment): string {
  const changes =
    status === 'scheduled'
      ? [
          form('move', { appointmentId, calendarId }, 'Move', [
            field('time', 'New time', `type="datetime-local" required value="${html(datetime.slice(0, 16))}"`),
          ]),
          form('check-in', { appointmentId }, 'Check in', [field('queueNumber', 'Queue number', 'placeholder="the next" maxlength="100"')]),
          form('cancel', { appointmentId }, 'Cancel the appointment', [field('reason', 'Reason', 'maxlength="500"')]),
        ]
      : [];
  const permanent =
    patientId === null && temporaryPatientId !== null
      ? [
          form('permanent-id', { temporaryPatientId }, 'Give it', [
            field('patientId', 'Permanent patient id', 'placeholder="any" maxlength="100"'),
          ]),
        ]
      : [];
  const all = [...changes, ...permanent];
  return all.length === 0 ? '' : `<details><summary>Change</summary>${all.join('\n')}</details>`;
}

function form(action: string, hidden: Record<string, string>, button: string, fields: string[]): string {
  const kept = Object.entries(hidden).map(([name, value]) => `<input type="hidden" name="${name}" value="${html(value)}">`);
  return `<form method="post" action="/desk/${action}">${[...kept, ...fields].join('')}<button>${button}</button></form>`;
}

/** `attributes` are escaped by the caller. */
function field(name: string, label: string, attributes: string): string {
  return `<label>${label}<input name="${name}" autocomplete="off" ${attributes}></label>`;
}

function deliveriesHtml(deliveries: DeskModel['deliveries']): string {
  if (deliveries.length === 0) return '';
  const rows = deliveries.map(
    ({ id, type, appointmentId, status, attempts, answer }) =>
      `<tr><td>${html(type)}</td><td>${html(appointmentId ?? '')}</td><td>${status}</td><td>${html(answer)}</td><td>${String(attempts)}</td><td>${html(id)}</td></tr>`,
  );
  return `<section><h2>Webhooks, the latest first</h2><div class="scroll"><table>
<thead><tr><th>Event</th><th>Appointment</th><th>State</th><th>Answer</th><th>Tries</th><th>Id</th></tr></thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}

function html(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}
