import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { ContactExportDto } from './contact-export.dto.js';
import { ContactExportService } from './contact-export.service.js';
import { ErasureService, type ErasedContact } from './erasure.service.js';

@ApiBearerAuth()
@Controller('contacts/:contactId')
export class ContactRightsController {
  constructor(
    private readonly exports: ContactExportService,
    private readonly erasures: ErasureService,
  ) {}

  @Get('export')
  @RequireScope('admin')
  @ApiOperation({ operationId: 'exportContact', summary: 'All that the hub holds of a patient, for the patient' })
  @ApiOkResponse({ type: ContactExportDto })
  @ApiProblems(404)
  export(@CurrentCaller() caller: Caller, @Param('contactId', IdPipe) contactId: string): Promise<ContactExportDto> {
    return this.exports.export(caller, contactId);
  }

  /** The answer has no body: what is returned tells the audit log whose it was. */
  @Delete()
  @HttpCode(204)
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'eraseContact',
    summary: 'Forget a patient: times and status of their appointments stay, and the audit log',
  })
  @ApiNoContentResponse({ description: 'Nothing of the patient is left; also where that was so before.' })
  @ApiProblems(404, 409)
  erase(@CurrentCaller() caller: Caller, @Param('contactId', IdPipe) contactId: string): Promise<ErasedContact> {
    return this.erasures.erase(caller, contactId);
  }
}
