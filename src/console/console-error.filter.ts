import { Catch, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuthenticatedRequest } from '../auth/auth.decorators.js';
import { ProblemFilter, type Described } from '../common/problem.filter.js';
import { visitOf } from './console-page.js';
import { SignInForm } from './sign-in-form.js';
import { errorView } from './views/error.view.js';

const SIGN_IN = '/console/sign-in';

/** What went wrong, as a page: the same words, statuses and log lines as the API's. Who is not signed in is led to where they can be. */
@Catch()
@Injectable()
export class ConsoleErrorFilter extends ProblemFilter {
  constructor(private readonly signIn: SignInForm) {
    super();
  }

  protected override answer(described: Described, request: Request & AuthenticatedRequest, response: Response): void {
    if (request.path === SIGN_IN) this.send(response, described.status, this.signIn.page(request, response, described.detail).text);
    else if (described.code !== 'not-signed-in') this.send(response, described.status, errorView(visitOf(request), described).text);
    // htmx asks for a part of a page: the whole one is to be left, not a sign-in form put in the part's place.
    else if (request.headers['hx-request'] !== undefined) response.setHeader('HX-Redirect', SIGN_IN).status(401).end();
    else response.redirect(303, SIGN_IN);
  }

  private send(response: Response, status: number, page: string): void {
    response.status(status).type('text/html; charset=utf-8').send(page);
  }
}
