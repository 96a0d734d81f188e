import { Body, Controller, Get, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Response } from 'express';
import { Audit } from '../audit/audit.decorators.js';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { PageQuery } from '../common/paging.js';
import { ContactAccessService } from './contact-access.service.js';
import { ContactDto, ContactInputDto, ContactPageDto, PatchContactDto, SearchContactsDto } from './contact.dto.js';

@ApiBearerAuth()
@Controller()
export class ContactsController {
  constructor(private readonly contacts: ContactAccessService) {}

  @Put('facilities/:facilityId/contacts')
  @Audit({ kind: 'contacts' })
  @RequireScope('write')
  @ApiOperation({ operationId: 'putContact', summary: 'Create a contact, or update the one that is meant' })
  @ApiOkResponse({ type: ContactDto, description: 'It was known.' })
  @ApiCreatedResponse({ type: ContactDto, description: 'It is new.' })
  @ApiProblems(404)
  async put(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Body() dto: ContactInputDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ContactDto> {
    const { dto: contact, isNew } = await this.contacts.put(caller, facilityId, dto);
    response.status(isNew ? 201 : 200);
    return contact;
  }

  @Post('facilities/:facilityId/contacts/search')
  @HttpCode(200)
  @Audit({ kind: 'contacts' })
  @RequireScope('read')
  @ApiOperation({ operationId: 'searchContacts', summary: 'Find contacts by phone, email or an id, newest first' })
  @ApiOkResponse({ type: ContactPageDto })
  @ApiProblems(404)
  search(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Body() dto: SearchContactsDto,
    @Query() query: PageQuery,
  ): Promise<ContactPageDto> {
    return this.contacts.search(caller, facilityId, dto, query);
  }

  @Get('contacts/:contactId')
  @Audit({ kind: 'contacts' })
  @RequireScope('read')
  @ApiOperation({ operationId: 'getContact', summary: 'Read a contact' })
  @ApiOkResponse({ type: ContactDto })
  @ApiProblems(404)
  get(@CurrentCaller() caller: Caller, @Param('contactId', IdPipe) contactId: string): Promise<ContactDto> {
    return this.contacts.getDto(caller, contactId);
  }

  @Patch('contacts/:contactId')
  @Audit({ kind: 'contacts' })
  @RequireScope('write')
  @ApiOperation({ operationId: 'changeContact', summary: 'Change a contact; what is left out stays, null clears' })
  @ApiOkResponse({ type: ContactDto })
  @ApiProblems(404, 409)
  patch(@CurrentCaller() caller: Caller, @Param('contactId', IdPipe) contactId: string, @Body() dto: PatchContactDto): Promise<ContactDto> {
    return this.contacts.patch(caller, contactId, dto);
  }
}
