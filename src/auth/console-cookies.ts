import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { HubConfig } from '../config/config.js';
import { LONGEST_SESSION_MS, tokenIn } from './console-session-rules.js';

const PATH = '/console';

/** The console's two cookies: who is signed in, and, before that, that the sign-in form is ours. Over https no other host can set them. */
@Injectable()
export class ConsoleCookies {
  private readonly isSecure: boolean;

  constructor(config: HubConfig) {
    this.isSecure = config.publicUrl.startsWith('https:');
  }

  sessionIn({ headers }: Request): string | null {
    return tokenIn(headers.cookie, this.nameOf('session'));
  }

  signInIn({ headers }: Request): string | null {
    return tokenIn(headers.cookie, this.nameOf('sign-in'));
  }

  setSession(response: Response, token: string): void {
    this.set(response, 'session', token, LONGEST_SESSION_MS);
  }

  setSignIn(response: Response, token: string): void {
    this.set(response, 'sign-in', token, LONGEST_SESSION_MS);
  }

  clear(response: Response): void {
    this.set(response, 'session', '', 0);
    this.set(response, 'sign-in', '', 0);
  }

  private set(response: Response, name: 'session' | 'sign-in', value: string, maxAge: number): void {
    // `__Host-` asks for the path `/`, and that no domain is named.
    const path = this.isSecure ? '/' : PATH;
    response.cookie(this.nameOf(name), value, { httpOnly: true, sameSite: 'strict', secure: this.isSecure, path, maxAge });
  }

  private nameOf(name: 'session' | 'sign-in'): string {
    return `${this.isSecure ? '__Host-' : ''}hub-console-${name}`;
  }
}
