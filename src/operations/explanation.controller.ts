import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { ExplanationDto } from './explanation.dto.js';
import { ExplanationService } from './explanation.service.js';

@ApiBearerAuth()
@Controller('appointments/:id/explanation')
export class ExplanationController {
  constructor(private readonly explanations: ExplanationService) {}

  @Get()
  @RequireScope('read')
  @ApiOperation({
    operationId: 'explainAppointment',
    summary: 'Why the patient got, or did not get, a message: every step, one verdict and the next action',
  })
  @ApiOkResponse({ type: ExplanationDto })
  @ApiProblems(404)
  explain(@CurrentCaller() caller: Caller, @Param('id', IdPipe) id: string): Promise<ExplanationDto> {
    return this.explanations.of(caller, id);
  }
}
