import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ConsoleCookies } from '../auth/console-cookies.js';
import { formTokenOf } from '../auth/console-session-rules.js';
import { newSessionToken } from '../auth/console-sessions.service.js';
import type { Html } from './html.js';
import { signInView } from './views/sign-in.view.js';

/** The form by which somebody signs in. Its own cookie ties it to the browser: no other site can sign a visitor in as somebody else. */
@Injectable()
export class SignInForm {
  constructor(private readonly cookies: ConsoleCookies) {}

  /** `problem`: why the last try failed. */
  page(request: Request, response: Response, problem: string | null): Html {
    const token = this.cookies.signInIn(request) ?? newSessionToken();
    this.cookies.setSignIn(response, token);
    return signInView(formTokenOf(token), problem);
  }
}
