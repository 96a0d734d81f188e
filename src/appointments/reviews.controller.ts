import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { AppointmentDto, ReviewAppointmentDto } from './appointment.dto.js';
import { ReviewsService } from './reviews.service.js';

@ApiBearerAuth()
@Controller('appointments/:id')
export class ReviewsController {
  constructor(private readonly reviews: ReviewsService) {}

  @Post('reviewed')
  @HttpCode(200)
  @RequireScope('write')
  @ApiOperation({
    operationId: 'markAppointmentReviewed',
    summary: "Take an appointment off the person's queue (needsReview), once somebody has looked",
  })
  @ApiOkResponse({ type: AppointmentDto })
  @ApiProblems(404)
  markReviewed(
    @CurrentCaller() caller: Caller,
    @Param('id', IdPipe) id: string,
    @Body() dto: ReviewAppointmentDto,
  ): Promise<AppointmentDto> {
    return this.reviews.markReviewed(caller, id, dto);
  }
}
