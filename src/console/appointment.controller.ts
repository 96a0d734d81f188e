import { Body, Get, HttpCode, Param, Post, Redirect } from '@nestjs/common';
import { ReviewsService } from '../appointments/reviews.service.js';
import { Audit } from '../audit/audit.decorators.js';
import { RequireScope } from '../auth/auth.decorators.js';
import { IdPipe } from '../common/id.pipe.js';
import { AppointmentPages } from './appointment-pages.service.js';
import { NoteForm, ReasonForm } from './console-forms.dto.js';
import { ConsolePage, doneAt, Visitor, type Done, type Visit } from './console-page.js';
import { ConsoleController } from './console-routes.js';
import { appointmentView, verdictView } from './views/appointment.view.js';

@ConsoleController('appointments/:id')
export class AppointmentController {
  constructor(
    private readonly pages: AppointmentPages,
    private readonly reviews: ReviewsService,
  ) {}

  @Get()
  @RequireScope('read')
  async showAppointment(@Visitor() visit: Visit, @Param('id', IdPipe) id: string): Promise<ConsolePage> {
    const page = await this.pages.of(visit.caller, id);
    return new ConsolePage(appointmentView(visit, page, false), [page.appointment]);
  }

  /** For the page that stands open: a code and what it means. */
  @Get('verdict')
  @Audit({ kind: 'none', why: 'a code and what it means, nothing of a patient' })
  @RequireScope('read')
  async showVerdict(@Visitor() { caller }: Visit, @Param('id', IdPipe) id: string): Promise<ConsolePage> {
    return new ConsolePage(verdictView(id, await this.pages.explanation(caller, id)));
  }

  @Post('reveal')
  @HttpCode(200)
  @RequireScope('read')
  async revealAppointment(@Visitor() visit: Visit, @Param('id', IdPipe) id: string, @Body() _form: ReasonForm): Promise<ConsolePage> {
    const page = await this.pages.of(visit.caller, id);
    return new ConsolePage(appointmentView(visit, page, true), [page.appointment]);
  }

  @Post('reviewed')
  @HttpCode(303)
  @Redirect()
  @RequireScope('write')
  async markAppointmentReviewedInConsole(
    @Visitor() { caller }: Visit,
    @Param('id', IdPipe) id: string,
    @Body() { note }: NoteForm,
  ): Promise<Done> {
    const { facilityId, contactId } = await this.reviews.markReviewed(caller, id, { note: note ?? null });
    return doneAt(`/console/appointments/${id}`, 'reviewed', { facilityId, contactId });
  }
}
