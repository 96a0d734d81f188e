import { Controller, Get, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Keyless } from '../http/keyless.js';
import { DeskService } from './desk.service.js';
import { LoopbackGuard } from './loopback.guard.js';

/** The page at `/`, for the person in front of this machine, and where its forms go. */
@Controller()
@Keyless()
@UseGuards(LoopbackGuard)
export class DeskController {
  constructor(private readonly desk: DeskService) {}

  @Get()
  showDesk(@Req() request: Request, @Res() response: Response): void {
    sendPage(response, 200, this.desk.page(request.query));
  }

  /** Done: on to the page that says so, which may be loaded again. Refused: the page, which says why. */
  @Post('desk/:action')
  async act(@Param('action') action: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const outcome = await this.desk.act(action, request.body);
    if (outcome.status === 303) response.redirect(303, outcome.location);
    else sendPage(response, outcome.status, outcome.page);
  }
}

function sendPage(response: Response, status: number, page: string): void {
  response
    .status(status)
    .set({
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    })
    .type('html')
    .send(page);
}
