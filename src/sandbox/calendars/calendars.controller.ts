import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { setEntityTag } from '../http/entity-tag.js';
import { PageDto, setNextLink } from '../http/page.js';
import { CalendarsService, type CalendarView } from './calendars.service.js';

@Controller('api/v1/calendars')
export class CalendarsController {
  constructor(private readonly calendars: CalendarsService) {}

  @Get()
  listCalendars(@Query() dto: PageDto, @Req() request: Request, @Res({ passthrough: true }) response: Response): CalendarView[] {
    setEntityTag(request, response, this.calendars.etag(dto));
    return setNextLink(request, response, this.calendars.list(dto));
  }
}
