import { Get, Header, HttpCode, Param, Post, Redirect, Req, Res, UseGuards, StreamableFile, NotFoundException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Public, RequireScope } from '../auth/auth.decorators.js';
import { ConsoleCookies } from '../auth/console-cookies.js';
import { ConsoleSessions } from '../auth/console-sessions.service.js';
import { assetFor } from './console-assets.js';
import { ConsolePage } from './console-page.js';
import { ConsoleController } from './console-routes.js';
import { SignInForm } from './sign-in-form.js';
import { SignInGuard } from './sign-in.guard.js';

const SIGN_IN = '/console/sign-in';

@ConsoleController()
export class SignInController {
  constructor(
    private readonly form: SignInForm,
    private readonly cookies: ConsoleCookies,
    private readonly sessions: ConsoleSessions,
  ) {}

  @Get('sign-in')
  @Public()
  showSignIn(@Req() request: Request, @Res({ passthrough: true }) response: Response): ConsolePage {
    return new ConsolePage(this.form.page(request, response, null));
  }

  @Post('sign-in')
  @Public()
  @UseGuards(SignInGuard)
  @HttpCode(303)
  @Redirect()
  signInToConsole(): { url: string; statusCode: 303 } {
    return { url: '/console', statusCode: 303 };
  }

  @Post('sign-out')
  @RequireScope('read')
  @HttpCode(303)
  @Redirect(SIGN_IN, 303)
  async signOutOfConsole(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    const token = this.cookies.sessionIn(request);
    if (token !== null) await this.sessions.end(token);
    this.cookies.clear(response);
  }

  @Get('assets/:version/:name')
  @Public()
  @Header('Cache-Control', 'public, max-age=31536000, immutable')
  @Header('Vary', 'Accept-Encoding')
  getConsoleAsset(@Param('name') name: string, @Req() request: Request, @Res({ passthrough: true }) response: Response): StreamableFile {
    const asset = assetFor(name);
    if (!asset) throw new NotFoundException();
    const isZipped = request.acceptsEncodings('gzip') === 'gzip';
    if (isZipped) response.setHeader('Content-Encoding', 'gzip');
    const bytes = isZipped ? asset.zipped : asset.bytes;
    return new StreamableFile(bytes, { type: asset.type, length: bytes.length });
  }
}
