import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiNoContentResponse, ApiOperation } from '@nestjs/swagger';
import { CurrentCaller, RequireScope } from '../auth/auth.decorators.js';
import type { Caller } from '../auth/scope.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { HoldSlotDto, SlotHoldDto } from './slot-hold.dto.js';
import { SlotHoldsService } from './slot-holds.service.js';

@ApiBearerAuth()
@RequireScope('write')
@Controller('facilities/:facilityId/slot-holds')
export class SlotHoldsController {
  constructor(private readonly holds: SlotHoldsService) {}

  @Post()
  @ApiOperation({
    operationId: 'holdSlot',
    summary: 'Keep a seat of a slot for five minutes, to be booked with holdId; the hospital is not told',
  })
  @ApiCreatedResponse({ type: SlotHoldDto })
  @ApiProblems(404, 409, 422)
  hold(@CurrentCaller() caller: Caller, @Param('facilityId', IdPipe) facilityId: string, @Body() dto: HoldSlotDto): Promise<SlotHoldDto> {
    return this.holds.hold(caller, facilityId, dto);
  }

  @Delete(':holdId')
  @HttpCode(204)
  @ApiOperation({ operationId: 'giveUpSlotHold', summary: 'Give a held seat up before its time' })
  @ApiNoContentResponse()
  @ApiProblems(404, 409)
  giveUp(
    @CurrentCaller() caller: Caller,
    @Param('facilityId', IdPipe) facilityId: string,
    @Param('holdId', IdPipe) holdId: string,
  ): Promise<void> {
    return this.holds.giveUp(caller, facilityId, holdId);
  }
}
