import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { ContactMergeDto, ContactMergesDto } from './contact-merges.dto.js';
import { ContactMergesService } from './contact-merges.service.js';

@ApiBearerAuth()
@Controller('contacts/:contactId/merges')
export class ContactMergesController {
  constructor(private readonly merges: ContactMergesService) {}

  @Get()
  @RequireScope('read')
  @ApiOperation({ operationId: 'listContactMerges', summary: 'The merges a contact had part in, newest first' })
  @ApiOkResponse({ type: ContactMergesDto })
  @ApiProblems(404)
  list(@CurrentCaller() caller: Caller, @Param('contactId', IdPipe) contactId: string): Promise<ContactMergesDto> {
    return this.merges.list(caller, contactId);
  }

  @Post(':mergeId/undo')
  @HttpCode(200)
  @RequireScope('write')
  @ApiOperation({ operationId: 'undoContactMerge', summary: 'Part two contacts again: ids, channels and appointments go back' })
  @ApiOkResponse({ type: ContactMergeDto })
  @ApiProblems(404, 409)
  undo(
    @CurrentCaller() caller: Caller,
    @Param('contactId', IdPipe) contactId: string,
    @Param('mergeId', IdPipe) mergeId: string,
  ): Promise<ContactMergeDto> {
    return this.merges.undo(caller, contactId, mergeId);
  }
}
