import { Controller, Get, Header, HttpCode, Param, Post, Query, Req, UseGuards } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiQuery } from '@nestjs/swagger';
import { Public } from '../../auth/auth.decorators.js';
import { ApiPublicProblems } from '../../common/api-problems.decorator.js';
import { CHANNELS } from '../../facilities/facility.settings.js';
import { callbackOf, ProviderCallbackGuard, type CallbackRequest } from './provider-callback.guard.js';
import { ReceivedCallbackDto } from './provider-callback.dto.js';
import { ProviderCallbacksService } from './provider-callbacks.service.js';

const TOKEN = { name: 'token', description: "Of the facility: the last part of the channel's callbackUrl." };

/** What the channels' providers call. */
@Public()
@Controller('provider-callbacks')
export class ProviderCallbacksController {
  constructor(private readonly callbacks: ProviderCallbacksService) {}

  @Post(':channel/:token')
  @HttpCode(200)
  @UseGuards(ProviderCallbackGuard)
  @ApiOperation({
    operationId: 'receiveProviderCallback',
    summary: "Take a provider's receipts, signed by that provider's own rule; 200 once they are stored",
  })
  @ApiParam({ name: 'channel', enum: CHANNELS })
  @ApiParam(TOKEN)
  @ApiConsumes('application/json', 'application/x-www-form-urlencoded')
  @ApiBody({ schema: { type: 'object', additionalProperties: true }, description: "As the provider's own documentation has it." })
  @ApiOkResponse({ type: ReceivedCallbackDto })
  @ApiPublicProblems(404)
  receive(@Req() request: CallbackRequest): Promise<ReceivedCallbackDto> {
    return this.callbacks.receive(callbackOf(request));
  }

  @Get('messenger/:token')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @ApiOperation({
    operationId: 'verifyMessengerCallback',
    summary: "Answer Messenger's hub.challenge; the verify token is the address's own",
  })
  @ApiParam(TOKEN)
  @ApiQuery({ name: 'hub.mode', required: false, schema: { type: 'string' } })
  @ApiQuery({ name: 'hub.verify_token', required: false, schema: { type: 'string' } })
  @ApiQuery({ name: 'hub.challenge', required: false, schema: { type: 'string' } })
  @ApiProduces('text/plain')
  @ApiOkResponse({ description: 'The challenge.', schema: { type: 'string' } })
  @ApiPublicProblems(404)
  verify(@Param('token') token: string, @Query() query: Record<string, unknown>): Promise<string> {
    return this.callbacks.verifyMessenger(token, query);
  }
}
