import { Body, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Audit } from '../audit/audit.decorators.js';
import { RequireScope } from '../auth/auth.decorators.js';
import { InvalidFieldError } from '../common/domain-error.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { SearchForm, SearchQuery } from './console-forms.dto.js';
import { ConsolePage, Visitor, type Visit } from './console-page.js';
import { ConsoleController } from './console-routes.js';
import { ConsoleSearch } from './console-search.service.js';
import { searchView, type SearchFacility } from './views/search.view.js';

const MOST_CHOICES = 100;

@ConsoleController('search')
@RequireScope('read')
export class SearchController {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly searches: ConsoleSearch,
  ) {}

  @Get()
  @Audit({ kind: 'none', why: 'an empty form' })
  async showSearch(@Visitor() visit: Visit, @Query() { facilityId }: SearchQuery): Promise<ConsolePage> {
    return new ConsolePage(searchView(visit, { ...(await this.choices(visit, facilityId)), facilityId: facilityId ?? null }));
  }

  @Post()
  @HttpCode(200)
  async searchConsole(
    @Visitor() visit: Visit,
    @Body() form: SearchForm,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConsolePage | undefined> {
    const path = await this.searches.pathOf(visit.caller, form.q);
    if (path !== null) {
      response.redirect(303, path);
      return undefined;
    }
    const choices = await this.choices(visit, form.facilityId);
    const { facilities } = choices;
    const facilityId = form.facilityId ?? (facilities.length === 1 ? facilities[0]?.id : undefined);
    if (facilityId === undefined) throw new InvalidFieldError('facilityId', 'required', 'Say at which facility to look.');
    const found = await this.searches.find(visit.caller, facilityId, form.q);
    const shown = found.map(({ contact }) => ({ facilityId, contactId: contact.id }));
    return new ConsolePage(searchView(visit, { ...choices, facilityId, q: form.q, found }), shown.length > 0 ? shown : [{ facilityId }]);
  }

  /** The newest, and the one that is chosen. */
  private async choices({ caller }: Visit, chosen: string | undefined): Promise<{ facilities: SearchFacility[]; hasMore: boolean }> {
    const found = await this.facilities.newest(caller, MOST_CHOICES);
    const newest = found.slice(0, MOST_CHOICES);
    const isListed = chosen === undefined || newest.some(({ id }) => id === chosen);
    const facilities = isListed ? newest : [await this.facilities.get(caller, chosen), ...newest];
    return { facilities, hasMore: found.length > newest.length };
  }
}
